import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { readQuery } from './ask-plays.ts'
import { explainPlay } from './explain-play.ts'

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test('one play of many is found in whichever video and hour it is, and nearly nothing of the others is read', async () => {
  const [busy, other] = [newVideoId(), newVideoId()]
  await clickhouse.client.command({
    query: `INSERT INTO play (video_id, hour, site, play_id, judgement, opened_at, last_word)
            SELECT {busy:String}, toStartOfHour(opened), 'a.example', cityHash64(number), bitShiftLeft(4, 32), opened, 1
            FROM (SELECT number, toDateTime64('2026-03-01', 3, 'UTC') + toIntervalSecond(number * 5) AS opened FROM numbers(200000))`,
    query_params: { busy },
  })
  const playId = '0123456789abcdef'
  const token = playToken({ videoId: other, playId, issuedAtMs: Date.UTC(2026, 2, 3) })
  const early = { token, state: watched(5), seq: 1, receivedAtMs: token.issuedAtMs + 60_000 }
  // Two batches, so that the play's rows stand apart.
  await storePlays(clickhouse.client, [early])
  await storePlays(clickhouse.client, [{ ...early, state: watched(20), seq: 2 }])
  const videoIds = [busy, other]
  expect(await explainPlay(clickhouse.client, videoIds, playId)).toMatchObject({ videoId: other, watchedMs: 20_000 })
  await expect(explainPlay(clickhouse.client, [busy], playId)).rejects.toMatchObject({ code: 'not_found' })

  const estimate = await clickhouse.client.query({
    query: `EXPLAIN ESTIMATE ${readQuery('explain-play.sql')}`,
    query_params: { videoIds, playId: BigInt(`0x${playId}`).toString() },
    format: 'JSONEachRow',
  })
  const read = await estimate.json<{ rows: string }>()
  // A few steps of the primary key, each of 8,192 rows.
  expect(read.reduce((sum, { rows }) => sum + Number(rows), 0)).toBeLessThan(30_000)
})
