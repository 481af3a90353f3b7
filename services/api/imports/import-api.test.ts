import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoImport } from '#contract/imports.ts'
import type { Video } from '#contract/video.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { until } from '#support/until.ts'

let api: TestApi
let ada: Person
let hits = 0
const inside = createServer((_request, response) => {
  hits++
  response.end()
})

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url)
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => inside.close(resolve))
  await api?.stop()
})

async function read(videoId: string): Promise<VideoImport> {
  return (await (await ada.request(`/api/imports/${videoId}`)).json()) as VideoImport
}

test.each([
  ['http://127.1:PORT/', 'import_port'],
  ['http://127.1/', 'import_private'],
  ['http://0x7f.1/', 'import_private'],
  ['http://2130706433/', 'import_private'],
  ['http://0/', 'import_private'],
  ['http://127.0.0.1./', 'import_private'],
  ['http://[::1]/', 'import_private'],
  ['http://[::ffff:127.0.0.1]/', 'import_private'],
  ['http://[64:ff9b::7f00:1]/', 'import_private'],
  ['http://169.254.169.254/latest/meta-data/', 'import_private'],
  ['http://10.0.0.1/', 'import_private'],
  ['http://example.org:22/', 'import_port'],
  ['http://example.org@127.0.0.1:PORT/', 'import_credentials'],
  ['http://127.0.0.1:PORT#@example.org/', 'import_port'],
  ['gopher://127.0.0.1:PORT/', 'import_scheme'],
  ['file:///etc/passwd', 'import_scheme'],
  ['data:video/mp4;base64,AAAA', 'import_scheme'],
  ['just words', 'import_malformed'],
])('%s is refused as %s before anything is made of it, and nobody is called', async (address, code) => {
  const url = address.replace('PORT', String((inside.address() as AddressInfo).port))
  const answer = await ada.send('POST', '/api/imports', { url })
  expect({ status: answer.status, body: await answer.json() }).toMatchObject({
    status: 422,
    body: { error: { code, message: expect.stringMatching(/\.$/) } },
  })
  expect(hits).toBe(0)
})

test.each([
  ['http://films.test/nothing/', 'films.test'],
  ['http://films.test/two_kites.mp4', 'two kites'],
])('%s is called %s until somebody gives it a title', async (url, title) => {
  const answer = await ada.send('POST', '/api/imports', { url })
  expect(((await answer.json()) as VideoImport).title).toBe(title)
})

test('a name that leads to this machine is refused once it is looked up, and the video says so', async () => {
  const answer = await ada.send('POST', '/api/imports', { url: 'http://localhost/film.mp4', title: 'My film' })
  expect(answer.status).toBe(202)
  const { videoId } = (await answer.json()) as VideoImport
  const ended = await until(
    () => read(videoId),
    ({ state }) => state === 'failed',
  )
  expect(ended).toMatchObject({ title: 'My film', host: 'localhost', failure: { code: 'import_private' } })
  expect(await ada.video(videoId)).toMatchObject({ status: 'failed', failure: { code: 'import_private' } })
  const mine = (await (await ada.request('/api/imports')).json()) as { items: VideoImport[] }
  expect(mine.items.map((item) => item.videoId)).toContain(videoId)
})

test('another person learns nothing of an import and can do nothing with it', async () => {
  const answer = await ada.send('POST', '/api/imports', { url: 'http://localhost/film.mp4', visibility: 'public' })
  const { videoId } = (await answer.json()) as VideoImport
  const eve = await signUp(api.url, 'Eve')
  const tries = [
    eve.request(`/api/imports/${videoId}`),
    eve.request(`/api/imports/${videoId}/progress`),
    eve.send('POST', `/api/imports/${videoId}/retry`),
    eve.send('DELETE', `/api/imports/${videoId}`),
  ]
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([404, 404, 404, 404])
  const nobody = await fetch(`${api.url}/api/imports`)
  expect(nobody.status).toBe(401)
})

test('the same Idempotency-Key finds the same import, and a cancelled one is gone with its video', async () => {
  const ask = () =>
    ada.request('/api/imports', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'once' },
      body: JSON.stringify({ url: 'http://localhost/film.mp4' }),
    })
  const [first, second] = await Promise.all([ask(), ask()])
  const { videoId } = (await first.json()) as VideoImport
  expect(((await second.json()) as VideoImport).videoId).toBe(videoId)
  const listed = (await (await ada.request('/api/videos?mine=1')).json()) as { items: Video[] }
  expect(listed.items.filter(({ id }) => id === videoId)).toHaveLength(1)
  expect((await ada.send('DELETE', `/api/imports/${videoId}`)).status).toBe(204)
  expect((await ada.request(`/api/videos/${videoId}`)).status).toBe(404)
})
