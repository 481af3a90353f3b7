import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { Context } from '../context.ts'
import { firstMonthKept, forgetOldPlays } from './forget-old-plays.ts'
import { purgeSalts } from './purge-salts.ts'

const dayMs = 24 * 60 * 60 * 1000

let clickhouse: TestClickHouse
let catalog: Catalog
let context: Context
let stopPostgres: () => Promise<void>

beforeAll(async () => {
  const [engine, postgres] = await Promise.all([startClickHouse(), startTestPostgres()])
  clickhouse = engine
  stopPostgres = postgres.stop
  await migrateClickHouse(clickhouse.client)
  catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  context = {
    config: {
      DATABASE_URL: postgres.url,
      CLICKHOUSE_URL: clickhouse.url,
      PUBLIC_URL: 'http://localhost',
      WEBHOOK_ALLOW_PRIVATE: false,
      PLAYS_KEEP_DAYS: 30,
      LOG_LEVEL: 'silent',
    },
    logger: createLogger('test', 'silent'),
    catalog,
    clickhouse: clickhouse.client,
  }
})

afterAll(async () => {
  await catalog?.close()
  await Promise.all([clickhouse?.stop(), stopPostgres?.()])
})

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

test('salts are gone 48 hours after their day began, though nobody visits', async () => {
  const days = [0, 1, 2, 3].map((ago) => dayOf(Date.now() - ago * dayMs))
  const salt = Buffer.alloc(16, 7)
  await catalog.database
    .insertInto('viewer_salt')
    .values(days.map((day) => ({ day, salt })))
    .execute()
  await purgeSalts(context)
  const { rows } = await catalog.pool.query<{ day: string }>('SELECT day::text FROM viewer_salt ORDER BY day DESC')
  expect(rows.map(({ day }) => day)).toEqual(days.slice(0, 2))
})

test('plays are kept at least as long as the setting says, and go with their month', async () => {
  const nowMs = Date.UTC(2026, 6, 20)
  expect(firstMonthKept(nowMs, 30)).toEqual(new Date(Date.UTC(2026, 5, 1)))
  expect(firstMonthKept(nowMs, 10)).toEqual(new Date(Date.UTC(2026, 6, 1)))
  const videoId = newVideoId()
  const at = (issuedAtMs: number) => ({ token: playToken({ videoId, issuedAtMs }), state: watched(2) })
  await storePlays(clickhouse.client, [at(Date.UTC(2026, 4, 31, 23)), at(Date.UTC(2026, 5, 1)), at(nowMs)])
  expect(await countPlays(videoId)).toBe(3)
  await forgetOldPlays({ ...context, config: { ...context.config, PLAYS_KEEP_DAYS: undefined } }, nowMs)
  expect(await countPlays(videoId)).toBe(3)
  await forgetOldPlays(context, nowMs)
  expect(await countPlays(videoId)).toBe(2)
  await forgetOldPlays(context, nowMs)
  expect(await countPlays(videoId)).toBe(2)
})

async function countPlays(videoId: string): Promise<number> {
  const result = await clickhouse.client.query({
    query: 'SELECT toUInt32(count()) AS plays FROM merged_play WHERE video_id = {videoId:FixedString(12)}',
    query_params: { videoId },
    format: 'JSONEachRow',
  })
  return (await result.json<{ plays: number }>())[0]!.plays
}
