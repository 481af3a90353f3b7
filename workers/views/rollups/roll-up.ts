import { readFileSync } from 'node:fs'
import { type ClickHouseClient, TupleParam } from '@clickhouse/client'
import { type Level, levels } from '../../../services/sums/levels.ts'
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
  onProgress?: (done: { level: Level; judged: number; rolled: number; ripe: number }) => void
}

/** Adds up everything that is ripe until nothing is left, and resolves with how many stretches were added up. */
export async function rollUp(clickhouse: ClickHouseClient, options: RollUpOptions = {}): Promise<number> {
  let rolled = 0
  for (const level of ['hour', 'day', 'month'] as const) rolled += await rollUpLevel(clickhouse, level, options)
  return rolled
}

async function rollUpLevel(clickhouse: ClickHouseClient, level: Level, options: RollUpOptions): Promise<number> {
  const { fewestPlays = defaultFewestPlays, signal, onProgress } = options
  const judgedAt = await readClock(clickhouse)
  const ripe = await findRipe(clickhouse, level, options)
  let judged = 0
  let rolled = 0
  for (const few of batchesOf(ripe, judgedAtOnce)) {
    const counted = await countRows(clickhouse, level, few)
    const worthy = counted.filter(({ rows }) => rows >= fewestPlays)
    for (const batch of batchesByPlays(worthy)) {
      if (signal?.aborted) return rolled
      await rollStretches(clickhouse, level, batch)
      rolled += batch.length
      onProgress?.({ level, judged, rolled, ripe: ripe.length })
    }
    await noteJudged(clickhouse, level, few, judgedAt)
    judged += few.length
    onProgress?.({ level, judged, rolled, ripe: ripe.length })
  }
  return rolled
}

async function findRipe(clickhouse: ClickHouseClient, level: Level, options: RollUpOptions): Promise<Stretch[]> {
  const { overForS = 60, quietForS = 60, waitingForS = 300, nowMs = Date.now(), sinceMs = 0 } = options
  const given = {
    level: levels[level],
    overForS,
    quietForS,
    waitingForS,
    nowS: seconds(nowMs),
    sinceS: seconds(sinceMs),
  }
  const answer = await clickhouse.query({ query: ripeStretches, query_params: given, format: 'JSONEachRow' })
  return answer.json<Stretch>()
}

/** Rows that are not merged yet are counted each, which is near enough for what they decide. */
async function countRows(clickhouse: ClickHouseClient, level: Level, stretches: readonly Stretch[]) {
  const answer = await clickhouse.query({
    query: countRowsQuery,
    query_params: {
      level: levels[level],
      videoIds: [...new Set(stretches.map(({ videoId }) => videoId))],
      fromS: Math.min(...stretches.map(({ startS }) => startS)),
      toS: Math.max(...stretches.map(({ startS }) => startS)) + 31 * 86_400,
    },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  const rows = new Map((await answer.json<Stretch & { rows: number }>()).map((row) => [keyOf(row), row.rows]))
  return stretches.map((stretch) => ({ ...stretch, rows: rows.get(keyOf(stretch)) ?? 0 }))
}

async function noteJudged(clickhouse: ClickHouseClient, level: Level, stretches: readonly Stretch[], judgedAt: string) {
  const tuples = stretches.map(({ videoId, startS }) => new TupleParam([videoId, startS]))
  const given = { level: levels[level], judgedAt, stretches: tuples }
  await clickhouse.command({ query: noteJudgedQuery, query_params: given })
}

/** At least one, and together no more plays than fit into memory with all their values. */
export function batchesByPlays<Item extends { rows: number }>(items: readonly Item[]): Item[][] {
  const batches: Item[][] = []
  let plays = 0
  for (const item of items) {
    const last = batches.at(-1)
    if (last && last.length < judgedAtOnce && plays + item.rows <= playsAtOnce) last.push(item)
    else {
      batches.push([item])
      plays = 0
    }
    plays += item.rows
  }
  return batches
}

function* batchesOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

/** Reading this many plays takes a few milliseconds. */
export const defaultFewestPlays = 1_000

const playsAtOnce = 300_000
// They are named in the request's address.
const judgedAtOnce = 2_000

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

function keyOf({ videoId, startS }: Stretch): string {
  return `${videoId} ${startS}`
}

const ripeStretches = readFileSync(new URL('./ripe-stretches.sql', import.meta.url), 'utf8')
const countRowsQuery = readFileSync(new URL('./count-rows.sql', import.meta.url), 'utf8')
const noteJudgedQuery = readFileSync(new URL('./note-judged.sql', import.meta.url), 'utf8')
