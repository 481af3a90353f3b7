import { isDeepStrictEqual } from 'node:util'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Chosen, readQuery } from './ask-plays.ts'
import { askPart, askParts } from './ask-sums.ts'
import { type Reading, splitReading } from './choose-stretches.ts'
import type { By } from './dimension-columns.ts'
import { dayS, hourS } from './period.ts'
import { planOf } from './plan.ts'
import { planCells } from './plan-sums.ts'
import { keyOf, type RowName } from './row-name.ts'
import { type Span, spanOf } from './span.ts'

/** The starts of each row in up to 30 equal steps of the period, by `keyOf` the row. */
export async function readTrends(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  {
    by,
    rows,
    nowMs,
    younger,
  }: { by: By; rows: readonly RowName[]; nowMs: number; younger?: YoungerTrends | undefined },
): Promise<Map<string, number[]>> {
  if (rows.length === 0) return new Map()
  const plan = await planOf(clickhouse, chosen)
  const { fromS, stepS, steps } = trendSteps(spanOf(plan, chosen.filter, nowMs))
  const cells = await planCells(
    clickhouse,
    { ...chosen, plan },
    { by, hasWhole: false, columns: ['starts'], longest: stepS % dayS === 0 ? 'day' : 'hour', only: rows },
  )
  const given = { trendFromS: fromS, stepS }
  const [settled, rest] = splitReading(cells.reading)
  const isKnown = younger !== undefined && settled !== undefined && isDeepStrictEqual(rest, younger.reading)
  const found = isKnown
    ? await askPart<TrendColumns>(clickhouse, cells, query, { part: settled, ...given })
    : await askParts<TrendColumns>(clickhouse, cells, query, { joins: { keys: ['value', 'site', 'step'] }, ...given })
  const trends = new Map(rows.map((row) => [keyOf(row), new Array<number>(steps).fill(0)]))
  for (const row of found) addToSteps(trends.get(keyOf(row))!, { [row.step]: row.starts })
  if (isKnown) for (const [key, counts] of trends) addToSteps(counts, younger.trends.get(key) ?? {})
  return trends
}

/** Adds starts by the number of their step; those of an hour that began since the plan was made belong to the last. */
export function addToSteps(counts: number[], starts: Record<string, number>): number[] {
  for (const [step, count] of Object.entries(starts)) counts[Math.min(Number(step), counts.length - 1)]! += count
  return counts
}

/** What a reading of younger time knows already, by `keyOf` the row and the number of the step. */
export interface YoungerTrends {
  reading: Reading
  trends: ReadonlyMap<string, Record<string, number>>
}

/** Starts by the number of the step, of sums that tell hours apart. */
export const trendColumn =
  'sumMap(map(toUInt16(intDiv(toUInt32(cells.start) - {trendFromS:UInt32}, {stepS:UInt32})), cells.starts))'

/** Whole hours where 30 of them are enough, else whole days (UTC), so that sums of days serve. */
export function trendSteps({ fromS, toS }: Span): { fromS: number; stepS: number; steps: number } {
  const unitS = toS - fromS <= mostSteps * hourS ? hourS : dayS
  const begin = fromS - (fromS % unitS)
  const stepS = Math.max(1, Math.ceil((toS - begin) / unitS / mostSteps)) * unitS
  return { fromS: begin, stepS, steps: Math.max(1, Math.ceil((toS - begin) / stepS)) }
}

const mostSteps = 30

const query = readQuery('trend.sql')

interface TrendColumns {
  value: string
  site: string
  step: number
  starts: number
}
