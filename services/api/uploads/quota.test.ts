import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PersonQuota, QuotaUse } from '#contract/quota.ts'
import type { Page } from '#contract/video.ts'
import { type Person, signUp } from '#support/person.ts'
import { type TusClient, tusClient } from '#support/tus.ts'
import { until } from '#support/until.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'

let api: UploadApi
let ada: Person
let tus: TusClient

beforeAll(async () => {
  api = await startUploadApi({ QUOTA_BYTES: '1000', QUOTA_VIDEOS: '3', UNFINISHED_UPLOADS: '2' })
})
afterAll(() => api?.stop())

/** Somebody who keeps nothing yet. */
async function newcomer(): Promise<void> {
  ada = await signUp(api.url)
  tus = tusClient(api.port, ada.cookie)
}

async function use(): Promise<QuotaUse> {
  return (await (await ada.request('/api/me/quota')).json()) as QuotaUse
}

function sendForm(bytes: number): Promise<Response> {
  const form = new FormData()
  form.set('file', new Blob([randomBytes(bytes)]), 'a.mp4')
  return ada.request('/api/videos', { method: 'POST', body: form })
}

async function storedKeys(): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of api.storage.list('sources')) keys.push(key)
  return keys
}

test('more than an account may keep is refused before its first byte', async () => {
  await newcomer()
  expect(await tus.create(1_001)).toMatchObject({ status: 413, code: 'quota' })
  expect((await sendForm(200_000)).status).toBe(413)
  expect(await use()).toEqual({ usedBytes: 0, maxBytes: 1_000, videos: 0, maxVideos: 3 })
})

test('of two uploads that fit one by one the second is refused at its end, and its bytes are freed', async () => {
  await newcomer()
  const paths = [await tus.begin(600), await tus.begin(600)]
  const answers = await Promise.all(paths.map((path) => tus.patch(path, 0, randomBytes(600))))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 413])
  expect(answers.find(({ status }) => status === 413)?.code).toBe('quota')
  expect(await use()).toMatchObject({ usedBytes: 600, videos: 1 })
  const named = (await api.videos()).map(({ source_key }) => source_key)
  expect((await storedKeys()).filter((key) => !named.includes(key))).toEqual([])
  // What is refused is not unfinished: two more may begin.
  await tus.begin(100)
  await tus.begin(100)
})

test('the same holds for forms, and what was deleted makes room', async () => {
  await newcomer()
  const answers = await Promise.all([sendForm(600), sendForm(600)])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 413])
  const kept = (await answers.find(({ ok }) => ok)!.json()) as { id: string }
  expect((await ada.request(`/api/videos/${kept.id}`, { method: 'DELETE' })).status).toBe(204)
  expect((await sendForm(900)).status).toBe(201)
})

test('videos are counted as well as bytes', async () => {
  await newcomer()
  for (let number = 0; number < 3; number++) expect((await sendForm(10)).status).toBe(201)
  expect(await tus.create(10)).toMatchObject({ status: 413, code: 'quota_videos' })
  expect((await sendForm(10)).status).toBe(413)
})

test('an account has so many unfinished uploads and no more, until one is given up', async () => {
  await newcomer()
  const [first] = [await tus.begin(10), await tus.begin(10)]
  expect(await tus.create(10)).toMatchObject({ status: 429, code: 'too_many_uploads' })
  expect((await tus.ask('DELETE', first!)).status).toBe(204)
  // It is counted a moment longer.
  await until(
    () => tus.create(10),
    ({ status }) => status === 201,
  )
})

test('an admin sees what everybody keeps and gives somebody more; nobody else may', async () => {
  await newcomer()
  const me = (await (await ada.request('/api/me')).json()) as { id: string }
  const change = (by: Person, numbers: object) => by.send('PUT', `/api/quotas/${me.id}`, numbers)
  expect((await change(ada, { maxBytes: 5_000, maxVideos: null })).status).toBe(403)
  expect((await ada.request('/api/quotas')).status).toBe(403)

  const admin = await signUp(api.url, 'Admin')
  const { id } = (await (await admin.request('/api/me')).json()) as { id: string }
  await api.catalog.database.updateTable('user').set({ role: 'admin' }).where('id', '=', id).execute()
  expect((await change(admin, { maxBytes: -1, maxVideos: null })).status).toBe(400)
  expect((await change(admin, { maxBytes: 5_000, maxVideos: null })).status).toBe(200)
  expect((await sendForm(4_000)).status).toBe(201)
  const { items } = (await (await admin.request('/api/quotas')).json()) as { items: PersonQuota[] }
  expect(items[0]).toMatchObject({ id: me.id, usedBytes: 4_000, maxBytes: 5_000, maxVideos: 3 })
  // The site's default is nobody's own.
  expect(items[0]!.own).toEqual({ maxBytes: 5_000, maxVideos: null })
  expect((await admin.send('PUT', '/api/quotas/nobody', { maxBytes: 1, maxVideos: 1 })).status).toBe(404)
})

test('everybody is found by a part of the name or the mail, and page by page', async () => {
  const admin = await signUp(api.url, 'Admin')
  const { id } = (await (await admin.request('/api/me')).json()) as { id: string }
  const { database } = api.catalog
  await database.updateTable('user').set({ role: 'admin' }).where('id', '=', id).execute()
  const crowd = Array.from({ length: 50 }, (_, number) => `crowd-${number}`)
  const person = (name: string) => ({ id: name, name: `A 100% ${name}`, email: `${name}@Crowd.example` })
  await database
    .insertInto('user')
    .values(crowd.map(person) as never)
    .execute()

  async function find(query: string): Promise<Page<PersonQuota>> {
    return (await (await admin.request(`/api/quotas?${query}`)).json()) as Page<PersonQuota>
  }
  const namesOf = ({ items }: Page<PersonQuota>) => items.map((found) => found.id)
  expect(namesOf(await find('search=CROWD-17'))).toEqual(['crowd-17'])
  expect(namesOf(await find('search=17@crowd'))).toEqual(['crowd-17'])
  expect(namesOf(await find('search=1_7'))).toEqual([])
  const first = await find(`search=${encodeURIComponent('100%')}`)
  expect(first.items).toHaveLength(48)
  const second = await find(`search=${encodeURIComponent('100%')}&cursor=${first.next}`)
  expect(second).toMatchObject({ items: [{}, {}], next: null })
  expect(namesOf(first).concat(namesOf(second)).sort()).toEqual(crowd.sort())
  expect((await admin.request('/api/quotas?cursor=nonsense')).status).toBe(400)

  // Also over those who keep the most.
  const all = new Set<string>()
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Page<PersonQuota> = await find(`cursor=${cursor}`)
    for (const { id } of page.items) all.add(id)
    cursor = page.next
  }
  const { count } = await database
    .selectFrom('user')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  expect(all.size).toBe(Number(count))
})
