import { type ClickHouseClient, TupleParam } from '@clickhouse/client'
import type { BreakdownRow } from '#contract/views.ts'
import { askCells } from './ask-cells.ts'
import { type Chosen, readQuery } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'
import { dayS, hourS } from './period.ts'
import { readSpan, type Span } from './span.ts'

/** Gives each row its starts in up to 30 equal steps of the period. */
export async function addTrends(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, rows, nowMs }: { by: By; rows: BreakdownRow[]; nowMs: number },
): Promise<void> {
  if (rows.length === 0) return
  const { fromS, stepS, steps } = trendSteps(await readSpan(clickhouse, chosen, nowMs))
  const found = await askCells<TrendColumns>(clickhouse, query, chosen, {
    wanted: { by, longest: stepS % dayS === 0 ? 'day' : 'hour' },
    trendFromS: fromS,
    stepS,
    rows: rows.map(({ value, site }) => new TupleParam([value, site])),
  })
  const trends = new Map(rows.map((row) => [keyOf(row), new Array<number>(steps).fill(0)]))
  for (const row of found) trends.get(keyOf(row))![row.step] = row.starts
  for (const row of rows) row.trend = trends.get(keyOf(row))!
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

function keyOf({ value, site }: { value: string; site: string }): string {
  return JSON.stringify([value, site])
}
