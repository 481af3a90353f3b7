import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import { type Dimension, dimensions, type ViewsFilter } from '#contract/views.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { rarely } from '#support/rarely.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { viewsAnswers } from '#support/views-answers.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { rebuildSums } from './rebuild-sums.ts'
import { rollStretches } from './roll-stretches.ts'
import { type RollUpOptions, rollUp } from './roll-up.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs
const nowMs = Date.UTC(2026, 4, 20, 12, 30)

// Everything is rolled at once, so that few plays prove it.
const eagerly: RollUpOptions = { fewestPlays: 1, quietForS: 0, overForS: 0, waitingForS: 0, nowMs }

const filters: ViewsFilter[] = [
  {},
  { site: 'news.example' },
  { country: 'DE' },
  // Cuts a month, a day and no hour.
  { fromMs: nowMs - 40 * dayMs, toMs: nowMs - 3 * hourMs },
  { fromMs: nowMs - 2 * dayMs - 5 * hourMs, toMs: nowMs - 5 * hourMs, site: 'blog.example' },
  ...rarely<ViewsFilter>([
    { counting: 'raw' },
    { grade: 'reported' },
    { site: 'news.example', page: 'https://news.example/a' },
    { site: 'news.example', country: 'DE' },
    { fromMs: nowMs - 20 * dayMs - 7 * hourMs, toMs: nowMs - 9 * dayMs, country: 'FR' },
  ]),
]

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test('every answer is the same from sums as from plays, for periods that cut days and months too', {
  timeout: 240_000,
}, async () => {
  const videoId = newVideoId()
  await storePlays(clickhouse.client, manyPlays(videoId))
  const straight = await everyAnswer(videoId)
  expect(await rollUp(clickhouse.client, eagerly)).toBeGreaterThan(50)
  expect(await closedStretches(videoId)).toMatchObject({ 1: expect.any(Number), 2: expect.any(Number), 3: 2 })
  expect(await everyAnswer(videoId)).toEqual(straight)
  expect(await rollUp(clickhouse.client, eagerly)).toBe(0)
})

test('a late beacon for a closed hour shows at once, and is in the sums after the next rolling', {
  timeout: 240_000,
}, async () => {
  const videoId = newVideoId()
  const plays = manyPlays(videoId)
  await storePlays(clickhouse.client, plays)
  await rollUp(clickhouse.client, eagerly)
  const closed = await closedStretches(videoId)
  const early = plays[5]!
  const late = { ...early, state: watched(60), seq: 9, receivedAtMs: early.receivedAtMs! + hourMs }
  await storePlays(clickhouse.client, [late])
  expect(await closedStretches(videoId)).not.toEqual(closed)
  const shown = await answer(videoId, {})
  const other = newVideoId()
  await storePlays(
    clickhouse.client,
    [...plays, late].map((beacon) => ofVideo(beacon, other)),
  )
  expect(shown).toEqual(await answer(other, {}))
  expect(await rollUp(clickhouse.client, eagerly)).toBeGreaterThanOrEqual(3)
  expect(await closedStretches(videoId)).toEqual(closed)
  expect(await answer(videoId, {})).toEqual(shown)
})

test('a clock that is set back leaves no sum closed that a late beacon should open', async () => {
  const videoId = newVideoId()
  const plays = manyPlays(videoId)
  await storePlays(clickhouse.client, plays)
  // As if everything up to now had happened under a clock that was ten minutes ahead.
  const ahead = "INSERT INTO latest_stamp SELECT now64(6, 'UTC') + INTERVAL 10 MINUTE"
  await clickhouse.client.command({ query: ahead })
  await rebuildSums(clickhouse.client, eagerly)
  const closed = await closedStretches(videoId)
  expect(Object.keys(closed).length).toBeGreaterThan(0)
  const early = plays[5]!
  const late = { ...early, state: watched(60), seq: 9, receivedAtMs: early.receivedAtMs! + hourMs }
  await storePlays(clickhouse.client, [late])
  expect(await closedStretches(videoId)).not.toEqual(closed)
  const other = newVideoId()
  await storePlays(
    clickhouse.client,
    [...plays, late].map((beacon) => ofVideo(beacon, other)),
  )
  expect(await answer(videoId, {})).toEqual(await answer(other, {}))
})

test('a kill between the sums and the word that they are whole changes nothing', async () => {
  const videoId = newVideoId()
  await storePlays(clickhouse.client, manyPlays(videoId))
  const before = await answer(videoId, {})
  const startS = Math.floor((nowMs - dayMs) / dayMs) * 86_400
  const killed = rollStretches(clickhouse.client, 'day', [{ videoId, startS }], {
    pass: () => {
      throw new Error('killed')
    },
  })
  await expect(killed).rejects.toThrow('killed')
  expect(await closedStretches(videoId)).toEqual({})
  expect(await answer(videoId, {})).toEqual(before)
  await rollStretches(clickhouse.client, 'day', [{ videoId, startS }])
  expect(await closedStretches(videoId)).toEqual({ 2: 1 })
  expect(await answer(videoId, {})).toEqual(before)
})

test('computing all sums anew changes no answer, and leaves every stretch closed', async () => {
  const videoId = newVideoId()
  await storePlays(clickhouse.client, manyPlays(videoId))
  await rollUp(clickhouse.client, eagerly)
  const [before, closed] = [await answer(videoId, {}), await closedStretches(videoId)]
  expect(await rebuildSums(clickhouse.client, eagerly)).toBeGreaterThan(0)
  expect(await answer(videoId, {})).toEqual(before)
  expect(await closedStretches(videoId)).toEqual(closed)
})

test('few plays are left as they are, and not looked at again until something happens', async () => {
  const videoId = newVideoId()
  await storePlays(clickhouse.client, manyPlays(videoId).slice(0, 3))
  await rollUp(clickhouse.client, { ...eagerly, fewestPlays: 1_000 })
  expect(await closedStretches(videoId)).toEqual({})
  expect(await rollUp(clickhouse.client, eagerly)).toBe(0)
})

/** Without a filter of every table. */
function everyAnswer(videoId: string): Promise<unknown[]> {
  return Promise.all(filters.map((filter, index) => answer(videoId, filter, index === 0 ? dimensions : fewTables)))
}

const fewTables = ['site', 'page', 'country', ...rarely(dimensions)] as const

function answer(videoId: string, filter: ViewsFilter, by: readonly Dimension[] = fewTables): Promise<unknown> {
  return viewsAnswers(clickhouse.client, { videoIds: [videoId], filter, nowMs, by })
}

/** How many stretches of each level are closed. */
async function closedStretches(videoId: string): Promise<Record<number, number>> {
  const query = `SELECT level, count() AS stretches FROM (
    SELECT level, start FROM stretch WHERE video_id = {videoId:String}
    GROUP BY level, start HAVING max(rolled_at) > 0 AND max(touched_at) <= max(rolled_at)
  ) GROUP BY level`
  const settings = { output_format_json_quote_64bit_integers: 0 } as const
  const given = { query, query_params: { videoId }, format: 'JSONEachRow', clickhouse_settings: settings } as const
  const rows = await (await clickhouse.client.query(given)).json<{ level: number; stretches: number }>()
  return Object.fromEntries(rows.map(({ level, stretches }) => [level, stretches]))
}

/** Some 60 plays over two months, of few viewers, on few sites. */
function manyPlays(videoId: string): SeenBeacon[] {
  const pick = <Value>(values: readonly Value[], number: number): Value => values[number % values.length]!
  return Array.from({ length: 60 }, (_, n) => {
    const site = pick(['news.example', 'blog.example', 'news.example', '(hidden)'], n)
    const token = playToken({
      ...{ videoId, playId: newPlayId(), site, page: pick(['', `https://${site}/a`, `https://${site}/b`], n) },
      ...{ country: pick(['DE', 'FR', ''], n * 7), device: pick(['mobile', 'desktop'], n), isOwn: n % 11 === 0 },
      ...{
        grade: pick(['attested', 'reported'] as const, n * 3),
        viewer: pick(['', '00000000000000aa', '00000000000000bb'], n * 5),
      },
      issuedAtMs: nowMs - ((n * n * 37) % (60 * 24)) * hourMs - n * 60_000,
    })
    const state = watched(n % 60, {
      startupMs: 50 + n * 13,
      stalls: n % 4,
      errors: n % 7 === 0 ? 1 : 0,
      stallMs: n * 10,
    })
    return {
      token,
      state: { ...state, playerWidth: pick([640, 640, 150, 8], n) },
      receivedAtMs: token.issuedAtMs + 90_000,
    }
  })
}

function ofVideo(beacon: SeenBeacon, videoId: string): SeenBeacon {
  return { ...beacon, token: { ...beacon.token, videoId } }
}
