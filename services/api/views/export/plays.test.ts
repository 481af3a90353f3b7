import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import type { ViewsFilter } from '#contract/views.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../../infra/clickhouse/migrate.ts'
import { type ExportedPlay, readPlays } from './plays.ts'
import { type RowsIn, slicesOf } from './slices.ts'

const hourMs = 60 * 60_000
const busyMs = Date.UTC(2026, 4, 20, 12)
const [one, other] = [newVideoId(), newVideoId()].sort() as [string, string]

let clickhouse: TestClickHouse
let beacons: SeenBeacon[]

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
  beacons = Array.from({ length: 300 }, (_, number) => aPlay(number))
  await storePlays(clickhouse.client, beacons)
  // Later beacons, so that plays have several rows that are not merged yet.
  const later = beacons.filter((_, number) => number % 3 === 0)
  await storePlays(
    clickhouse.client,
    later.map((beacon) => ({ ...beacon, seq: 2, state: watched(50) })),
  )
})

afterAll(() => clickhouse?.stop())

/** Of two videos and many sites: 240 in one hour, many of them in the same moment, 60 in the ten hours after it. */
function aPlay(number: number): SeenBeacon {
  const issuedAtMs =
    number < 240 ? busyMs + Math.floor(((number * 7919) % 240) / 6) * 750 : busyMs + (number - 239) * (hourMs / 6)
  const site = `site${number % 17}.example`
  const token = playToken({ videoId: number % 2 ? one : other, playId: newPlayId(), site, issuedAtMs })
  return { token, state: watched(20), receivedAtMs: issuedAtMs + 60_000 }
}

test.each([7, 50, 320, 100_000])(
  'every play comes once and the oldest first, by opening, video and id, with at most %d rows at once',
  async (rowsPerSlice) => {
    const plays = await exported({}, rowsPerSlice)
    expect(plays.map(({ playId }) => playId)).toEqual(inOrder(beacons))
    const watchedMs = new Map(plays.map((play) => [play.playId, play.watchedMs]))
    expect(beacons.map(({ token }) => watchedMs.get(token.playId))).toEqual(
      beacons.map((_, number) => (number % 3 === 0 ? 50_000 : 20_000)),
    )
  },
)

test('a busy hour in slices keeps to the filter', async () => {
  const filter = { site: 'site3.example', counting: 'clean' } as const
  const wanted = beacons.filter(({ token }) => token.site === filter.site)
  expect((await exported(filter, 40)).map(({ playId }) => playId)).toEqual(inOrder(wanted))
})

test('a play that was opened twice belongs to its first opening alone', async () => {
  const videoId = newVideoId()
  const tokens = [0, 5_000].map((lateMs) => playToken({ videoId, playId: 'ab'.repeat(8), issuedAtMs: busyMs + lateMs }))
  await storePlays(
    clickhouse.client,
    tokens.map((token) => ({ token, state: watched(20), receivedAtMs: busyMs + 60_000 })),
  )
  const plays = await exported({}, 1, [videoId])
  expect(plays.map(({ openedAtMs }) => openedAtMs)).toEqual([busyMs])
})

test('slices hold no more rows than they may, but for a part that alone has more', () => {
  const part = (fromMs: number, rows: number): RowsIn => ({ fromMs, toMs: fromMs + 1, rows })
  expect(slicesOf([part(0, 4), part(1, 6), part(5, 1), part(6, 12), part(7, 3)], 10)).toEqual([
    { fromMs: 0, toMs: 2, rows: 10 },
    { fromMs: 5, toMs: 6, rows: 1 },
    { fromMs: 6, toMs: 7, rows: 12 },
    { fromMs: 7, toMs: 8, rows: 3 },
  ])
  expect(slicesOf([], 10)).toEqual([])
})

async function exported(filter: ViewsFilter, rowsPerSlice: number, videoIds = [one, other]): Promise<ExportedPlay[]> {
  const plays: ExportedPlay[] = []
  const signal = new AbortController().signal
  for await (const rows of readPlays(clickhouse.client, { videoIds, filter }, signal, { rowsPerSlice }))
    plays.push(...rows)
  return plays
}

function inOrder(some: readonly SeenBeacon[]): string[] {
  const keyOf = ({ token }: SeenBeacon) => `${token.issuedAtMs} ${token.videoId} ${token.playId}`
  return [...some].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map(({ token }) => token.playId)
}
