import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { type BreakdownQuery, breakdownQuerySchema, dimensions, type ViewsFilter } from '#contract/views.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { readBreakdown } from './breakdown.ts'
import type { By } from './dimension-columns.ts'
import { explainPlay } from './explain-play.ts'
import { readHealth } from './health.ts'
import { readRetention } from './retention.ts'

const nowMs = Date.UTC(2026, 4, 20, 12, 30)
const dayMs = 24 * 60 * 60 * 1000

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test.each(dimensions)('plays are told apart by %s, and each value is a filter that finds its own plays', async (by) => {
  const videoId = newVideoId()
  await store([
    aPlay(videoId, { site: 'one.example', country: 'DE', device: 'mobile', language: 'de', embedKey: 'a' }),
    aPlay(videoId, { site: 'two.example', country: 'FR', device: 'mobile', grade: 'reported', referrer: 'b.example' }),
    aPlay(videoId, { site: 'two.example', page: 'https://two.example/x', language: 'fr' }),
  ])
  const { rows } = await breakdown([videoId], by)
  expect(rows.reduce((sum, row) => sum + row.loads, 0)).toBe(3)
  expect(rows.length).toBeGreaterThan(1 - Number(by === 'device'))
  for (const row of rows) {
    const own = await breakdown([videoId], by, {}, { [by]: row.value })
    expect(own.rows.filter((other) => other.site === row.site)).toEqual([row])
  }
})

test('several videos are told apart as well, and their viewers add up', async () => {
  const [one, other] = [newVideoId(), newVideoId()]
  const viewer = '00000000000000aa'
  await store([aPlay(one, { viewer }), aPlay(other, { viewer }), aPlay(other, { viewer })])
  const { rows } = await breakdown([one, other], 'video')
  expect(rows.map(({ value, starts, viewers }) => [value, starts, viewers])).toEqual([
    [other, 2, 1],
    [one, 1, 1],
  ])
  expect((await breakdown([one, other], 'country')).rows[0]?.viewers).toBe(2)
})

test('rows are sorted, searched and paged; a page begins where the last one ended', async () => {
  const videoId = newVideoId()
  const names = ['d.example', 'a.example', 'c.example', 'b.EXAMPLE', 'e.other']
  await store(names.map((site) => aPlay(videoId, { site })))
  const wanted = { sort: 'value', direction: 'asc', limit: 3, search: 'exam' } as const
  const first = await breakdown([videoId], 'site', wanted)
  expect([first.total, first.rows.map((row) => row.value)]).toEqual([4, ['a.example', 'b.EXAMPLE', 'c.example']])
  const second = await breakdown([videoId], 'site', { ...wanted, cursor: first.next! })
  expect([second.total, second.next, second.rows.map((row) => row.value)]).toEqual([4, null, ['d.example']])
  await expect(breakdown([videoId], 'site', { cursor: 'made up' })).rejects.toMatchObject({ code: 'bad_request' })
})

test('a search finds the named values as well, also what is not known', async () => {
  const videoId = newVideoId()
  await store(['DE', 'GE', 'FR', ''].map((country) => aPlay(videoId, { country })))
  const wanted: BreakdownQuery = { sort: 'value', direction: 'asc', search: 'ge', values: ['DE', ''] }
  const found = await breakdown([videoId], 'country', wanted)
  expect([found.total, found.rows.map((row) => row.value)]).toEqual([3, ['', 'DE', 'GE']])
})

test('a trend has the starts of up to 30 equal steps, oldest first', async () => {
  const videoId = newVideoId()
  const at = (daysAgo: number) => aPlay(videoId, { issuedAtMs: nowMs - daysAgo * dayMs })
  await store([at(59), at(59), at(2), at(0.001)])
  const { rows } = await breakdown([videoId], 'site', { trend: true })
  expect(rows[0]?.trend).toEqual([2, ...Array(27).fill(0), 1, 1])
})

test('quality tells startup times, stalls and errors', async () => {
  const videoId = newVideoId()
  const state = (startupMs: number, stalls: number) => watched(20, { startupMs, stalls, stallMs: stalls * 20_000 })
  await store([
    { ...aPlay(videoId), state: state(100, 0) },
    { ...aPlay(videoId), state: state(100, 0) },
    { ...aPlay(videoId), state: state(100, 1) },
    { ...aPlay(videoId), state: { ...state(4_000, 0), errors: 2 } },
  ])
  const quality = (await breakdown([videoId], 'site')).rows[0]!.quality
  expect(quality).toMatchObject({ stalledShare: 0.25, stallTimeShare: 0.2, errorShare: 0.25 })
  // Buckets are 19 % wide.
  expect(Math.abs(quality.startupP50Ms! / 100 - 1)).toBeLessThan(0.19)
  expect(Math.abs(quality.startupP95Ms! / 4_000 - 1)).toBeLessThan(0.19)
})

test('the health of a page says what is wrong with its embed code, worst pages first', async () => {
  const videoId = newVideoId()
  const sick = { fullscreenBlocked: true, sandboxed: true, playerHeight: 100 }
  await store([
    aPlay(videoId, { page: 'https://news.example/well' }),
    { ...aPlay(videoId, { page: 'https://news.example/sick' }), state: watched(20, sick) },
    aPlay(videoId, { page: '' }),
  ])
  const { rows, total } = await readHealth(clickhouse.client, { videoIds: [videoId], filter: {} }, { limit: 10 })
  expect(total).toBe(3)
  expect(rows.map((row) => [row.page, row.fixes])).toEqual([
    ['https://news.example/sick', ['sandboxed', 'fullscreenBlocked', 'tooSmall']],
    ['', ['noReferrer']],
    ['https://news.example/well', []],
  ])
})

test('retention shows the named sites only, and which parts were watched again', async () => {
  const videoId = newVideoId()
  const again = watched(30, { repeated: '000000000000000000000000f' })
  await store([{ ...aPlay(videoId, { site: 'one.example' }), state: again }, aPlay(videoId, { site: 'two.example' })])
  const curves = await readRetention(clickhouse.client, { videoIds: [videoId], filter: {} }, ['one.example'])
  expect(curves.map(({ site, repeats }) => [site, repeats.slice(0, 5)])).toEqual([
    [null, [0.5, 0.5, 0.5, 0.5, 0]],
    ['one.example', [1, 1, 1, 1, 0]],
  ])
})

test('a single play tells all that is known of it, and why it does not count', async () => {
  const videoId = newVideoId()
  const playId = 'fedcba9876543210'
  await store([aPlay(videoId, { playId, isOwn: true, country: 'DE', topSite: 'top.example' })])
  expect(await explainPlay(clickhouse.client, [videoId], playId)).toMatchObject({
    ...{ playId, videoId, topSite: 'top.example', country: 'DE', grade: 'attested', counts: false },
    marks: ['ownPlay'],
    steps: { visible: true, started: 'person', viewed: true, engaged: false, finished: false },
    coveredParts: 33,
  })
  await expect(explainPlay(clickhouse.client, [newVideoId()], playId)).rejects.toMatchObject({ code: 'not_found' })
})

function aPlay(videoId: string, what: Partial<SeenBeacon['token']> = {}): SeenBeacon {
  const token = playToken({ issuedAtMs: nowMs - 300_000, ...what, videoId })
  return { token, state: watched(20), receivedAtMs: token.issuedAtMs + 60_000 }
}

function store(beacons: SeenBeacon[]): Promise<void> {
  return storePlays(clickhouse.client, beacons)
}

function breakdown(videoIds: string[], by: By, wanted: BreakdownQuery = {}, filter: ViewsFilter = {}) {
  return readBreakdown(
    clickhouse.client,
    { videoIds, filter },
    { by, wanted: breakdownQuerySchema.parse(wanted), nowMs },
  )
}
