import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'

let api: TestApi
let ada: Person
beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url)
})
afterAll(() => api?.stop())

test('a hundred videos may wait for their file, and no more', async () => {
  const draft = () => ada.send('POST', '/api/videos/drafts', { title: 'A draft', visibility: 'private' })
  const { id: owner_id } = await api.catalog.database.selectFrom('user').select('id').executeTakeFirstOrThrow()
  const drafts = Array.from({ length: 100 }, (_none, number) => ({
    id: `draft${String(number).padStart(6, '0')}`,
    owner_id,
    title: 'A draft',
    visibility: 'private' as const,
    status: 'uploading' as const,
  }))
  await api.catalog.database.insertInto('video').values(drafts).execute()
  const refused = await draft()
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'too_many_drafts' } }])
  await api.catalog.database.deleteFrom('video').where('id', 'like', 'draft%').execute()
  expect((await draft()).status).toBe(201)
})
