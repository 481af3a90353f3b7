import type { ClickHouseClient } from '@clickhouse/client'
import type { z } from 'zod'
import { gradeOfRank } from '#contract/grade.ts'
import type { Breakdown, BreakdownColumn, BreakdownRow, breakdownQuerySchema, ViewsDetails } from '#contract/views.ts'
import { cellsOf, type RowName, type Sums } from './ask-cells.ts'
import { ask, type Chosen, liveParameters, livePlaysOf, readQuery } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'
import { type LiveRow, readLiveRows } from './live-rows.ts'
import { type Plan, withPlan } from './plan.ts'
import { type CountColumns, type QualityColumns, toGradeCounts, toPlayCounts, toPlayQuality } from './play-counts.ts'
import { readOffset, writeOffset } from './row-cursor.ts'
import { keyOf, readTrends } from './trend.ts'

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
  { by, wanted, nowMs, live }: { by: By; wanted: RowsWanted; nowMs: number; live?: Promise<LiveRow[]> },
): Promise<BreakdownAndWhole> {
  const [watching, counted] = await Promise.all([
    live ?? readLiveRows(clickhouse, chosen, { by, nowMs }),
    readCounted(clickhouse, chosen, { by, wanted, nowMs }),
  ])
  const liveNow = new Map(watching.map((row) => [keyOf(row), row.liveNow]))
  for (const row of counted.rows) row.liveNow = liveNow.get(keyOf(row)) ?? 0
  counted.whole.liveNow = watching.reduce((sum, row) => sum + row.liveNow, 0)
  return counted
}

type Planned = Chosen & { plan: Plan }

/** All but who watches now. */
async function readCounted(
  clickhouse: ClickHouseClient,
  unplanned: Chosen,
  { by, wanted, nowMs }: { by: By; wanted: RowsWanted; nowMs: number },
): Promise<BreakdownAndWhole> {
  const chosen = await withPlan(clickhouse, unplanned)
  const offset = readOffset(wanted.cursor)
  const given = { ...liveParameters(nowMs), search: wanted.search ?? '', limit: wanted.limit, offset }
  const found = isWorthRanking(chosen, by, wanted) ? await rankRows(clickhouse, chosen, { by, wanted, given }) : []
  // Behind the last row nobody could tell how many there are.
  const ranked = found.length > 0 ? found : null
  const details = async () => {
    const cells = await cellsOf(clickhouse, chosen, { by, ...(ranked ? { only: ranked } : {}) })
    const sql = ranked ? `WITH cells AS (\n${cells.sql})\n${query}` : pageOf(chosen, cells, by, wanted)
    return ask<BreakdownColumns>(clickhouse, sql, { ...cells.parameters, ...given })
  }
  // Where the rows are known already, their trends need not wait for their numbers.
  const early = ranked && wanted.trend ? readTrends(clickhouse, chosen, { by, rows: ranked, nowMs }) : null
  const [columns, trends] = await Promise.all([details(), early])
  const whole = columns.find(({ isWhole }) => isWhole) ?? nothing
  const values = ranked ? inOrder(columns, ranked) : columns.filter(({ isWhole }) => !isWhole)
  const rows = values.map(toRow)
  const total = ranked ? (ranked[0]?.total ?? 0) : whole.total
  if (wanted.trend) {
    const byRow = trends ?? (await readTrends(clickhouse, chosen, { by, rows, nowMs }))
    for (const row of rows) row.trend = byRow.get(keyOf(row))!
  }
  const shown = offset + rows.length
  const counts = { ...toPlayCounts(whole), quality: toPlayQuality(whole), liveNow: 0 }
  return { dimension: by, rows, total, next: shown < total ? writeOffset(shown) : null, whole: counts }
}

/** Of many rows first those are found that are shown; then only their histograms are read. */
function isWorthRanking({ plan }: Planned, by: By, { limit, sort }: RowsWanted): boolean {
  const hasSums = plan.videos.some(({ days }) => days.some(([, month, day]) => month > 0 || day > 0))
  return hasSums && (by === 'site' || by === 'page') && limit <= mostNamed && sort !== 'liveNow'
}

// They stand in the request's address.
const mostNamed = 500

interface Ranked extends RowName {
  total: number
}

async function rankRows(
  clickhouse: ClickHouseClient,
  chosen: Planned,
  { by, wanted, given }: { by: By; wanted: RowsWanted; given: Record<string, unknown> },
): Promise<Ranked[]> {
  const cells = await cellsOf(clickhouse, chosen, { by, hasWhole: false })
  const sql = `WITH cells AS (\n${cells.sql})
SELECT value, site, count() OVER () AS total
FROM (\n${query})
WHERE ${isSearched}
ORDER BY ${orderOf(wanted)}
LIMIT {offset:UInt32}, {limit:UInt32}`
  return ask<Ranked>(clickhouse, sql, { ...cells.parameters, ...given })
}

function inOrder(columns: readonly BreakdownColumns[], ranked: readonly RowName[]): BreakdownColumns[] {
  const byKey = new Map(columns.filter(({ isWhole }) => !isWhole).map((row) => [keyOf(row), row]))
  return ranked.flatMap((row) => byKey.get(keyOf(row)) ?? [])
}

/** The whole stands before the rows of every page. */
function pageOf({ filter }: Chosen, cells: Sums, by: By, wanted: RowsWanted): string {
  const isByLive = wanted.sort === 'liveNow'
  const live = isByLive ? `,\nlive AS (\n${livePlaysOf(filter, by)}),\nwatching AS (\n${liveRows})` : ''
  const join = isByLive ? 'LEFT ANY JOIN watching USING (value, site)' : ''
  return `WITH
cells AS (\n${cells.sql})${live}
SELECT * EXCEPT place
FROM (
  SELECT *, count() OVER () - 1 AS total, row_number() OVER (ORDER BY isWhole DESC, ${orderOf(wanted)}) AS place
  FROM (\n${query}) AS counted
  ${join}
  WHERE isWhole OR ${isSearched}
)
WHERE place = 1 OR place BETWEEN {offset:UInt32} + 2 AND {offset:UInt32} + {limit:UInt32} + 1
ORDER BY place`
}

function orderOf({ sort, direction }: RowsWanted): string {
  return `${sortColumns[sort] ?? sort} ${direction}, starts DESC, loads DESC, value, site`
}

const isSearched = "({search:String} = '' OR positionCaseInsensitiveUTF8(value, {search:String}) > 0)"

const query = readQuery('breakdown.sql')
const liveRows = readQuery('live-rows.sql')

const sortColumns: Partial<Record<BreakdownColumn, string>> = {
  averageShare: 'if(starts = 0, 0, coveredParts / starts)',
}

const nothing: BreakdownColumns = {
  ...{ isWhole: 1, value: '', site: '', loads: 0, visible: 0, starts: 0, autoplays: 0, views: 0, engaged: 0 },
  ...{ finishes: 0, viewers: 0, watchedMs: 0, hiddenMs: 0, coveredParts: 0, startups: {}, stalled: 0, stallMs: 0 },
  ...{ failed: 0, gradeCounts: {}, grade: 0, firstSeenMs: 0, lastSeenMs: 0, total: 0 },
}

interface BreakdownColumns extends CountColumns, QualityColumns {
  isWhole: number
  value: string
  site: string
  gradeCounts: Record<string, number>
  grade: number
  firstSeenMs: number
  lastSeenMs: number
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
    liveNow: 0,
  }
}
