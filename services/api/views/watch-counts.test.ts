import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { rollUp } from '../../../workers/views/rollups/roll-up.ts'
import { readWatchCounts } from './watch-counts.ts'

const dayMs = 24 * 60 * 60_000
const nowMs = Date.UTC(2026, 4, 20, 12, 30)

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test('what lists show of each video is the same from sums as from plays, and has what came since', async () => {
  const [old, lately, empty] = [newVideoId(), newVideoId(), newVideoId()]
  const days = [0, 1, 2, 35, 36, 70]
  await storePlays(clickhouse.client, [
    ...days.map((ago) => aPlay(old, nowMs - ago * dayMs, 20)),
    ...days.map((ago) => aPlay(old, nowMs - ago * dayMs - 1, 3)),
    aPlay(old, nowMs - 35 * dayMs, 20, { isOwn: true }),
    aPlay(lately, nowMs, 20),
  ])
  const videoIds = [old, lately, empty]
  const counts = new Map([
    [old, { starts: 12, views: 6 }],
    [lately, { starts: 1, views: 1 }],
  ])
  expect(await readWatchCounts(clickhouse.client, videoIds)).toEqual(counts)
  await rollUp(clickhouse.client, { fewestPlays: 1, quietForS: 0, overForS: 0, waitingForS: 0, nowMs })
  expect(await readWatchCounts(clickhouse.client, videoIds)).toEqual(counts)
  // What is added up is not read again as plays.
  await clickhouse.client.command({ query: `DELETE FROM play WHERE hour < toDateTime('2026-05-01', 'UTC')` })
  expect(await readWatchCounts(clickhouse.client, videoIds)).toEqual(counts)
  await storePlays(clickhouse.client, [aPlay(old, nowMs - 70 * dayMs, 20), aPlay(old, nowMs, 20)])
  // Its hour of seventy days ago is open again, and its month with it; what was deleted here is gone from them.
  expect((await readWatchCounts(clickhouse.client, videoIds)).get(old)).toEqual({ starts: 12, views: 7 })
})

function aPlay(
  videoId: string,
  issuedAtMs: number,
  seconds: number,
  what: Partial<SeenBeacon['token']> = {},
): SeenBeacon {
  const token = playToken({ issuedAtMs, ...what, videoId })
  return { token, state: watched(seconds), receivedAtMs: issuedAtMs + 60_000 }
}
