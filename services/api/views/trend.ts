import type { ClickHouseClient } from '@clickhouse/client'
import { type Chosen, readQuery } from './ask-plays.ts'
import { askParts } from './ask-sums.ts'
import type { By } from './dimension-columns.ts'
import { dayS, hourS } from './period.ts'
import { planOf } from './plan.ts'
import { planCells, type RowName } from './plan-sums.ts'
import { type Span, spanOf } from './span.ts'

/** The starts of each row in up to 30 equal steps of the period, by `keyOf` the row. */
export async function readTrends(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, rows, nowMs }: { by: By; rows: readonly RowName[]; nowMs: number },
): Promise<Map<string, number[]>> {
  if (rows.length === 0) return new Map()
  const plan = await planOf(clickhouse, chosen)
  const { fromS, stepS, steps } = trendSteps(spanOf(plan, chosen.filter, nowMs))
  const cells = await planCells(
    clickhouse,
    { ...chosen, plan },
    { by, hasWhole: false, columns: ['starts'], longest: stepS % dayS === 0 ? 'day' : 'hour', only: rows },
  )
  const joins = { keys: ['value', 'site', 'step'] } as const
  const found = await askParts<TrendColumns>(clickhouse, cells, query, { joins, trendFromS: fromS, stepS })
  const trends = new Map(rows.map((row) => [keyOf(row), new Array<number>(steps).fill(0)]))
  for (const row of found) trends.get(keyOf(row))![row.step] = row.starts
  return trends
}

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

/** Tells rows apart. */
export function keyOf({ value, site }: RowName): string {
  return JSON.stringify([value, site])
}
