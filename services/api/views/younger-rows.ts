import type { ClickHouseClient } from '@clickhouse/client'
import { askPart } from './ask-sums.ts'
import { type BreakdownColumns, breakdownQuery, breakdownSums } from './breakdown-columns.ts'
import { type Reading, splitReading } from './choose-stretches.ts'
import type { By } from './dimension-columns.ts'
import type { Planned } from './plan.ts'
import { planCells } from './plan-sums.ts'
import { isSearched, searchParameters } from './rank-rows.ts'
import { keyOf } from './row-name.ts'
import type { RowsWanted } from './rows-wanted.ts'
import { spanOf } from './span.ts'
import { trendColumn, trendSteps, type YoungerTrends } from './trend.ts'

/** All rows of younger time and, where it is among them, the whole; the rest of their numbers is in settled days. */
export interface YoungerRows {
  settled: Reading
  rows: BreakdownColumns[]
  trends: YoungerTrends
}

/**
 * Null where no plays are read beside settled days: rows of sums are found by their names sooner than all are read. Null too
 * where younger time has too many rows to be worth it.
 */
export async function readYoungerRows(
  clickhouse: ClickHouseClient,
  chosen: Planned,
  { by, wanted, nowMs, hasWhole }: { by: By; wanted: RowsWanted; nowMs: number; hasWhole: boolean },
): Promise<YoungerRows | null> {
  const asked = { by, hasWhole, hasStarts: wanted.trend, columns: breakdownSums }
  const cells = await planCells(clickhouse, chosen, asked)
  const [settled, younger] = splitReading(cells.reading)
  if (!settled || !younger || younger.open.length === 0) return null
  const { fromS, stepS } = trendSteps(spanOf(chosen.plan, chosen.filter, nowMs))
  const columns = breakdownQuery.replace('/*more*/', wanted.trend ? `, ${trendColumn} AS trend` : '')
  const query = `${columns}\nHAVING isWhole OR ${isSearched}\nLIMIT ${mostRows + 1}`
  const given = { ...searchParameters(wanted), trendFromS: fromS, stepS }
  const rows = await askPart<Columns>(clickhouse, cells, query, { part: younger, ...given })
  if (rows.length > mostRows) return null
  const trends = new Map(rows.flatMap((row) => (row.isWhole ? [] : [[keyOf(row), row.trend ?? {}] as const])))
  return { settled, rows, trends: { reading: younger, trends } }
}

type Columns = BreakdownColumns & { trend?: Record<string, number> }

// A megabyte or two of an answer.
const mostRows = 4_000
