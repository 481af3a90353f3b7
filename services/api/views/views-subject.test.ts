import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Breakdown, ViewsDetails } from '#contract/views.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'

let api: TestApi
let ada: Person
let bob: Person

beforeAll(async () => {
  api = await startTestApi()
  ;[ada, bob] = [await signUp(api.url, 'Ada'), await signUp(api.url, 'Bob')]
})

afterAll(() => api?.stop())

test('whoever posts the video of another into a room of his own learns nothing of where it plays', async () => {
  const [own, foreign] = [await api.addVideo(ada, { title: 'Own' }), await api.addVideo(bob, { title: 'Foreign' })]
  const play = (videoId: string, site: string) => ({ token: playToken({ videoId, site }), state: watched(12) })
  await storePlays(api.clickhouse.client, [play(own, 'own.example'), play(foreign, 'secret.example')])
  await send('/api/vpubs', { slug: 'spy', name: 'Spy' })
  for (const videoId of [own, foreign]) await send('/api/vpubs/spy/posts', { videoId })

  const details = await read<ViewsDetails>('/api/vpubs/spy/views')
  expect([details.subject.videos, details.totals.loads]).toEqual([1, 1])
  const sites = await read<Breakdown>('/api/vpubs/spy/views/by/site')
  expect(sites.rows.map(({ value }) => value)).toEqual(['own.example'])
  expect((await bob.request('/api/vpubs/spy/views')).status).toBe(404)
})

async function send(path: string, body: unknown): Promise<void> {
  const answer = await ada.send('POST', path, body)
  expect(answer.ok).toBe(true)
}

async function read<Answer>(path: string): Promise<Answer> {
  return (await ada.request(path)).json() as Promise<Answer>
}
