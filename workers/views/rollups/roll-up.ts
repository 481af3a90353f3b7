import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Level, levels, startOf } from '../../../services/sums/levels.ts'
import { readClock } from './read-clock.ts'
import { rollStretches, type Stretch } from './roll-stretches.ts'

export interface RollUpOptions {
  /** Stretches with fewer plays are left alone: reading so many plays costs no more than reading their sums. */
  fewestPlays?: number
  /** How long a stretch must be over, how long untouched, and how long it may be touched before it is rolled anyway. */
  overForS?: number
  quietForS?: number
  waitingForS?: number
  nowMs?: number
  /** Looks only at videos that were touched since; 0 looks at all. */
  sinceMs?: number
  signal?: AbortSignal
  onProgress?: (done: { level: Level; rolled: number; worthy: number }) => void
}

/** Adds up everything that is ripe until nothing is left, and resolves with how many stretches were added up. */
export async function rollUp(clickhouse: ClickHouseClient, options: RollUpOptions = {}): Promise<number> {
  let rolled = 0
  for (const level of ['hour', 'day', 'month'] as const) rolled += await rollUpLevel(clickhouse, level, options)
  return rolled
}

async function rollUpLevel(clickhouse: ClickHouseClient, level: Level, options: RollUpOptions): Promise<number> {
  const { signal, onProgress } = options
  const judgedAt = await readClock(clickhouse)
  const worthy = await findWorthy(clickhouse, level, options, judgedAt)
  let rolled = 0
  for (const batch of batchesByPlays(worthy)) {
    if (signal?.aborted) return rolled
    await rollStretches(clickhouse, level, batch)
    rolled += batch.length
    onProgress?.({ level, rolled, worthy: worthy.length })
  }
  await noteJudged(clickhouse, level, options, judgedAt)
  return rolled
}

/** Ripe stretches with plays enough. Rows that are not merged yet are counted each, which is near enough. */
async function findWorthy(clickhouse: ClickHouseClient, level: Level, options: RollUpOptions, judgedAt: string) {
  const query = `SELECT toString(video_id) AS videoId, toUInt32(start) AS startS, rows
FROM (
  SELECT video_id, ${startOf[level]('hour')} AS start, count() AS rows
  FROM play
  WHERE {sinceS:UInt32} = 0
    OR video_id IN (SELECT video_id FROM touched_hour WHERE touched_at >= toDateTime({sinceS:UInt32}, 'UTC'))
  GROUP BY video_id, start
  HAVING rows >= {fewestPlays:UInt32}
) AS large
WHERE (video_id, start) IN (\n${ripe})
ORDER BY videoId, startS`
  const answer = await clickhouse.query({
    query,
    query_params: { ...parametersOf(level, options), judgedAt, fewestPlays: options.fewestPlays ?? defaultFewestPlays },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, optimize_aggregation_in_order: 1 },
  })
  return answer.json<Stretch & { rows: number }>()
}

/** Of all that were ripe: what was touched since `judgedAt` stays ripe. */
async function noteJudged(clickhouse: ClickHouseClient, level: Level, options: RollUpOptions, judgedAt: string) {
  await clickhouse.command({
    query: `INSERT INTO stretch (video_id, level, start, judged_at)
SELECT video_id, {level:UInt8}, start, {judgedAt:DateTime64(6, 'UTC')} FROM (\n${ripe})`,
    query_params: { ...parametersOf(level, options), judgedAt },
    clickhouse_settings: { optimize_aggregation_in_order: 1 },
  })
}

function parametersOf(level: Level, options: RollUpOptions): Record<string, unknown> {
  const { overForS = 60, quietForS = 60, waitingForS = 300, nowMs = Date.now(), sinceMs = 0 } = options
  const times = { nowS: Math.floor(nowMs / 1000), sinceS: Math.max(0, Math.floor(sinceMs / 1000)) }
  return { level: levels[level], overForS, quietForS, waitingForS, ...times }
}

/** At least one, and together no more plays than fit into memory with all their values. */
export function batchesByPlays<Item extends { rows: number }>(items: readonly Item[]): Item[][] {
  const batches: Item[][] = []
  let plays = 0
  for (const item of items) {
    const last = batches.at(-1)
    if (last && last.length < stretchesAtOnce && plays + item.rows <= playsAtOnce) last.push(item)
    else {
      batches.push([item])
      plays = 0
    }
    plays += item.rows
  }
  return batches
}

/** Reading this many plays takes a few milliseconds. */
export const defaultFewestPlays = 1_000

const playsAtOnce = 300_000
// They are named in the request's address.
const stretchesAtOnce = 2_000

const ripe = readFileSync(new URL('./ripe.sql', import.meta.url), 'utf8')
