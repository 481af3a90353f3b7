import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShareLink } from '#contract/share-links.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { until } from '#support/until.ts'
import { linkPlaces } from '../views/question-places.ts'

const hourMs = 60 * 60_000
const fromMs = Date.UTC(2026, 2, 1)

let api: TestApi
let ada: Person
let views: string
let shared: string

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url, 'Ada')
  const film = await api.addVideo(ada)
  views = `/api/videos/${film}/views`
  await api.clickhouse.client.command({
    query: `INSERT INTO play (video_id, hour, play_id, site, page, judgement, opened_at, last_word, definition_version)
            SELECT {film:String}, toStartOfHour(opened), number + 1, concat(toString(number % 300), '.example'), '',
                   bitShiftLeft(toUInt64(4), 32) + 1, opened, 1, 2
            FROM (SELECT number, toDateTime64('2026-03-01 00:00:00', 3, 'UTC') + INTERVAL number * 10 SECOND AS opened
                  FROM numbers(100000))`,
    query_params: { film },
  })
  const answer = await ada.send('POST', `/api/videos/${film}/share-links`, {})
  shared = `/api/shared/${((await answer.json()) as ShareLink).url.split('/').at(-1)!}/views`
})

afterAll(() => api?.stop())

/** Each is another question, about all plays. */
function questions(base: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${base}?counting=raw&fromMs=${fromMs - number * hourMs}`)
}

async function runningQueries(): Promise<number> {
  const query = "SELECT count() AS queries FROM system.processes WHERE query LIKE '%merged_play%'"
  const result = await api.clickhouse.client.query({ query, format: 'JSONEachRow' })
  return Number((await result.json<{ queries: string }>())[0]!.queries) - 1
}

test('a page that asks ten things at once is answered all of them, the owner and a guest', async () => {
  const answers = await Promise.all([
    ...questions(shared, 10).map((path) => fetch(`${api.url}${path}`)),
    ...questions(views, 10).map((path) => ada.request(path)),
  ])
  expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(200))
})

test('a guest who asks without end is refused, the owner is answered meanwhile, and what he left is not asked', async () => {
  const leaving = new AbortController()
  const { perKey, waitingPerKey } = linkPlaces
  const refused: (string | null)[] = []
  const attack = questions(shared, 5 * (perKey + waitingPerKey)).map(async (path) => {
    const answer = await fetch(`${api.url}${path}`, { signal: leaving.signal }).catch(() => null)
    if (answer?.status === 429) refused.push(answer.headers.get('retry-after'))
  })
  await until(
    async () => refused.length,
    (count) => count > perKey + waitingPerKey,
  )
  expect((await ada.request(views)).status).toBe(200)
  expect(refused).not.toContain(null)
  leaving.abort()
  await Promise.all(attack)
  await until(runningQueries, (count) => count === 0)
  expect((await fetch(`${api.url}${shared}`)).status).toBe(200)
})
