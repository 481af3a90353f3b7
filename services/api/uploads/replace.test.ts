import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Video } from '#contract/video.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { tusClient } from '#support/tus.ts'

let api: TestApi
let ada: Person
let grace: Person
let root: Person

beforeAll(async () => {
  api = await startTestApi({ QUOTA_BYTES: 100_000, QUOTA_VIDEOS: 3 })
  ada = await signUp(api.url, 'Ada')
  grace = await signUp(api.url, 'Grace')
  root = await signUp(api.url, 'Root')
  const me = (await (await root.request('/api/me')).json()) as { id: string }
  await api.catalog.database.updateTable('user').set({ role: 'admin' }).where('id', '=', me.id).execute()
})
afterAll(() => api?.stop())

const tus = (person: Person) => tusClient(() => Number(new URL(api.url).port), person.cookie)
const row = (id: string) =>
  api.catalog.database.selectFrom('video').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const bytes = (length: number) => new Blob([new Uint8Array(length)])
const upload = (person: Person, length: number, fields?: Record<string, string>) =>
  person.upload(bytes(length), 'film.mp4', fields)

async function form(person: Person, path: string, length: number, fields: Record<string, string>, headers = {}) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  body.set('file', bytes(length), 'new.mp4')
  return person.request(path, { method: 'POST', body, headers })
}

describe('a file that replaces another', () => {
  test('comes by tus, is told to be the same video, and is one however often it is asked about', async () => {
    const { id, title } = await upload(ada, 1_000)
    const path = await tus(ada).begin(2_000, { filename: 'new.mp4', replaces: id })
    const sent = await tus(ada).patch(path, 0, Buffer.alloc(2_000))
    expect([sent.status, sent.headers['x-video-id']]).toEqual([204, id])
    expect(await row(id)).toMatchObject({ id, title, source_bytes: '2000', source_name: 'new.mp4', status: 'queued' })
    const { source_key } = await row(id)
    expect(await tus(ada).offset(path)).toBe(2_000)
    expect(((await (await ada.request(`${path}/video`)).json()) as Video).id).toBe(id)
    expect((await row(id)).source_key).toBe(source_key)
    expect((await grace.request(`${path}/video`)).status).toBe(404)
    expect((await ada.send('DELETE', `/api/videos/${id}`)).status).toBe(204)
    expect((await ada.request(`${path}/video`)).status).toBe(404)
  })

  test('comes as a form, once for each Idempotency-Key', async () => {
    const { id } = await upload(ada, 1_000)
    const key = { 'Idempotency-Key': 'once' }
    const first = await form(ada, '/api/videos', 3_000, { replaces: id }, key)
    expect([first.status, ((await first.json()) as Video).id]).toEqual([201, id])
    const { source_key, source_bytes } = await row(id)
    expect(source_bytes).toBe('3000')
    const again = await form(ada, '/api/videos', 3_000, { replaces: id }, key)
    expect(((await again.json()) as Video).id).toBe(id)
    expect((await row(id)).source_key).toBe(source_key)
    await ada.send('DELETE', `/api/videos/${id}`)
  })

  test('is refused before its first byte to those who may not, and where there is nothing to replace', async () => {
    const { id } = await upload(ada, 1_000)
    const draft = (await (await ada.send('POST', '/api/videos/drafts', { title: 'Later' })).json()) as Video
    expect(await tus(grace).create(10, { replaces: id })).toMatchObject({ status: 404, code: 'not_found' })
    expect(await tus(ada).create(10, { replaces: draft.id })).toMatchObject({ status: 409, code: 'nothing_to_replace' })
    expect((await tus(ada).create(10, { replaces: 'no id' })).status).toBe(400)
    expect((await form(grace, '/api/videos', 10, { replaces: id })).status).toBe(404)
    expect((await form(grace, `/api/videos?replaces=${id}`, 10, {})).status).toBe(404)
    expect((await form(ada, '/api/videos', 10, { replaces: '../x' })).status).toBe(404)
    expect((await row(id)).source_bytes).toBe('1000')
    expect((await tus(root).create(10, { replaces: id })).status).toBe(201)
    for (const video of [id, draft.id]) await ada.send('DELETE', `/api/videos/${video}`)
  })

  test('is refused at its end where the video went to nobody meanwhile, and leaves no video', async () => {
    const { id } = await upload(ada, 1_000)
    const path = await tus(ada).begin(10, { replaces: id })
    await ada.send('DELETE', `/api/videos/${id}`)
    expect(await tus(ada).patch(path, 0, Buffer.alloc(10))).toMatchObject({ status: 410, code: 'video_deleted' })
    expect(((await (await ada.request('/api/videos?mine=1')).json()) as { items: Video[] }).items).toEqual([])
  })

  test('counts instead of the one before: neither one more video nor both sizes', async () => {
    const { id } = await upload(ada, 60_000)
    for (const name of ['b', 'c']) await upload(ada, 10, { title: name })
    expect((await tus(ada).create(10)).code).toBe('quota_videos')
    const path = await tus(ada).begin(90_000, { replaces: id })
    expect((await tus(ada).patch(path, 0, Buffer.alloc(90_000))).status).toBe(204)
    expect(await tus(ada).create(100_000, { replaces: id })).toMatchObject({ status: 413, code: 'quota' })
    // By the owner's measure, whoever sends it.
    expect(await tus(root).create(100_000, { replaces: id })).toMatchObject({ status: 413, code: 'quota' })
    expect((await form(ada, `/api/videos?replaces=${id}`, 50, {})).status).toBe(201)
  })
})
