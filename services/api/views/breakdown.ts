import type { ClickHouseClient } from '@clickhouse/client'
import type { z } from 'zod'
import { gradeOfRank } from '#contract/grade.ts'
import type { Breakdown, BreakdownColumn, BreakdownRow, breakdownQuerySchema, ViewsDetails } from '#contract/views.ts'
import { cellsOf, type Sums } from './ask-cells.ts'
import { ask, type Chosen, liveParameters, livePlaysOf, readQuery } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'
import { type CountColumns, type QualityColumns, toGradeCounts, toPlayCounts, toPlayQuality } from './play-counts.ts'
import { readOffset, writeOffset } from './row-cursor.ts'
import { addTrends } from './trend.ts'

/** How rows are sorted, searched and paged; as in the contract's `breakdownQuerySchema`. */
export type RowsWanted = Omit<z.output<typeof breakdownQuerySchema>, keyof Chosen['filter']>

/** One row per site, page, country …, with the numbers of all of them together, counted in the same moment. */
export interface BreakdownAndWhole extends Breakdown {
  whole: Omit<ViewsDetails['totals'], 'notCounted' | 'sites'>
}

export async function readBreakdown(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted, nowMs }: { by: By; wanted: RowsWanted; nowMs: number },
): Promise<Breakdown> {
  const { dimension, rows, total, next } = await readBreakdownAndWhole(clickhouse, chosen, { by, wanted, nowMs })
  return { dimension, rows, total, next }
}

export async function readBreakdownAndWhole(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted, nowMs }: { by: By; wanted: RowsWanted; nowMs: number },
): Promise<BreakdownAndWhole> {
  const offset = readOffset(wanted.cursor)
  const cells = await cellsOf(clickhouse, chosen, { by })
  const columns = await ask<BreakdownColumns>(clickhouse, queryOf(chosen, cells, by, wanted), {
    ...cells.parameters,
    ...liveParameters(nowMs),
    search: wanted.search ?? '',
    limit: wanted.limit,
    offset,
  })
  const [whole = nothing, ...values] = columns
  const rows = values.map(toRow)
  if (wanted.trend) await addTrends(clickhouse, chosen, { by, rows, nowMs })
  return {
    dimension: by,
    rows,
    total: whole.total,
    next: offset + rows.length < whole.total ? writeOffset(offset + rows.length) : null,
    whole: { ...toPlayCounts(whole), quality: toPlayQuality(whole), liveNow: whole.liveNow },
  }
}

/** The whole stands before the rows of every page. */
function queryOf({ filter }: Chosen, cells: Sums, by: By, { sort, direction }: RowsWanted): string {
  const order = `isWhole DESC, ${sortColumns[sort] ?? sort} ${direction}, starts DESC, loads DESC, value, site`
  return `WITH
cells AS (\n${cells.sql}),
live AS (\n${livePlaysOf(filter, by)}\n)
SELECT * EXCEPT place
FROM (SELECT *, row_number() OVER (ORDER BY ${order}) AS place FROM (\n${query}))
WHERE place = 1 OR place BETWEEN {offset:UInt32} + 2 AND {offset:UInt32} + {limit:UInt32} + 1
ORDER BY place`
}

const query = readQuery('breakdown.sql')

const sortColumns: Partial<Record<BreakdownColumn, string>> = {
  averageShare: 'if(starts = 0, 0, coveredParts / starts)',
}

const nothing: BreakdownColumns = {
  ...{ isWhole: 1, value: '', site: '', loads: 0, visible: 0, starts: 0, autoplays: 0, views: 0, engaged: 0 },
  ...{ finishes: 0, viewers: 0, watchedMs: 0, hiddenMs: 0, coveredParts: 0, startups: {}, stalled: 0, stallMs: 0 },
  ...{ failed: 0, gradeCounts: {}, grade: 0, firstSeenMs: 0, lastSeenMs: 0, liveNow: 0, total: 0 },
}

interface BreakdownColumns extends CountColumns, QualityColumns {
  isWhole: number
  value: string
  site: string
  gradeCounts: Record<string, number>
  grade: number
  firstSeenMs: number
  lastSeenMs: number
  liveNow: number
  total: number
}

function toRow(row: BreakdownColumns): BreakdownRow {
  return {
    value: row.value,
    site: row.site,
    ...toPlayCounts(row),
    quality: toPlayQuality(row),
    grade: gradeOfRank(row.grade),
    gradeCounts: toGradeCounts(row.gradeCounts),
    firstSeenMs: row.firstSeenMs,
    lastSeenMs: row.lastSeenMs,
    liveNow: row.liveNow,
  }
}
