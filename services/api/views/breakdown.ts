import type { ClickHouseClient } from '@clickhouse/client'
import type { z } from 'zod'
import { gradeOfRank } from '#contract/grade.ts'
import type {
  Breakdown,
  BreakdownColumn,
  BreakdownRow,
  breakdownQuerySchema,
  ViewsDetails,
  ViewsFilter,
} from '#contract/views.ts'
import { allSums } from '../../sums/sums-of-plays.ts'
import { cellsOf, type RowName, type Sums } from './ask-cells.ts'
import { ask, type Chosen, liveParameters, livePlaysOf, readQuery } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'
import { type LiveRow, readLiveRows } from './live-rows.ts'
import { type Plan, withPlan } from './plan.ts'
import { type CountColumns, type QualityColumns, toGradeCounts, toPlayCounts, toPlayQuality } from './play-counts.ts'
import { readOffset, writeOffset } from './row-cursor.ts'
import { storedFacets } from './stored-facets.ts'
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
  const given = { by, wanted, nowMs, hasWhole: false }
  const { dimension, rows, total, next } = await readBreakdownAndWhole(clickhouse, chosen, given)
  return { dimension, rows, total, next }
}

export async function readBreakdownAndWhole(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted, nowMs, hasWhole = true, live }: Counting & { live?: Promise<LiveRow[]> },
): Promise<BreakdownAndWhole> {
  const [watching, counted] = await Promise.all([
    live ?? readLiveRows(clickhouse, chosen, { by, nowMs }),
    readCounted(clickhouse, chosen, { by, wanted, nowMs, hasWhole }),
  ])
  const liveNow = new Map(watching.map((row) => [keyOf(row), row.liveNow]))
  for (const row of counted.rows) row.liveNow = liveNow.get(keyOf(row)) ?? 0
  counted.whole.liveNow = watching.reduce((sum, row) => sum + row.liveNow, 0)
  return counted
}

interface Counting {
  by: By
  wanted: RowsWanted
  nowMs: number
  hasWhole?: boolean
}

type Planned = Chosen & { plan: Plan }

/** All but who watches now. */
async function readCounted(
  clickhouse: ClickHouseClient,
  unplanned: Chosen,
  { by, wanted, nowMs, hasWhole = true }: Counting,
): Promise<BreakdownAndWhole> {
  const chosen = await withPlan(clickhouse, unplanned)
  const offset = readOffset(wanted.cursor)
  const given = {
    ...liveParameters(nowMs),
    search: wanted.search ?? '',
    named: wanted.values ?? [],
    limit: wanted.limit,
    offset,
  }
  const found = isWorthRanking(chosen, by, wanted) ? await rankRows(clickhouse, chosen, { by, wanted, given }) : []
  // Behind the last row nobody could tell how many there are.
  const ranked = found.length > 0 ? found : null
  const details = async () => {
    const cells = await cellsOf(clickhouse, chosen, {
      by,
      hasWhole,
      columns: summed,
      ...(ranked ? { only: ranked } : {}),
    })
    const sql = ranked ? `WITH cells AS (\n${cells.sql})\n${query}` : pageOf(chosen, cells, by, { wanted, hasWhole })
    return ask<BreakdownColumns>(clickhouse, sql, { ...cells.parameters, ...given })
  }
  // Where the rows are known already, their trends need not wait for their numbers.
  const early = ranked && wanted.trend ? readTrends(clickhouse, chosen, { by, rows: ranked, nowMs }) : null
  const [columns, trends] = await Promise.all([details(), early])
  const whole = columns.find(({ isWhole }) => isWhole) ?? nothing
  const values = ranked ? inOrder(columns, ranked) : columns.filter(({ isWhole }) => !isWhole)
  const rows = values.map(toRow)
  const total = ranked ? ranked[0]!.total : (columns[0]?.total ?? 0) - Number(hasWhole && columns.length > 0)
  if (wanted.trend) {
    const byRow = trends ?? (await readTrends(clickhouse, chosen, { by, rows, nowMs }))
    for (const row of rows) row.trend = byRow.get(keyOf(row))!
  }
  const shown = offset + rows.length
  const counts = { ...toPlayCounts(whole), quality: toPlayQuality(whole), liveNow: 0 }
  return { dimension: by, rows, total, next: shown < total ? writeOffset(shown) : null, whole: counts }
}

/**
 * Of very many rows first those are found that are shown; then only their histograms are read. Of sites there are fewer,
 * so that it pays only where trends can be asked for at the same time as the numbers.
 */
function isWorthRanking({ plan, filter }: Planned, by: By, { limit, sort, trend }: RowsWanted): boolean {
  // Plays would only be read twice.
  if (!storedFacets(filter, by)) return false
  const hasSums = plan.videos.some(({ days }) => days.some(([, month, day]) => month > 0 || day > 0))
  return hasSums && (by === 'page' || (by === 'site' && trend)) && limit <= mostNamed && sort !== 'liveNow'
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
  const columns = [...new Set(['starts', 'loads', ...sortColumns[wanted.sort].needs])]
  const cells = await cellsOf(clickhouse, chosen, { by, hasWhole: false, columns })
  const sql = `WITH cells AS (\n${cells.sql})
SELECT cells.value AS value, cells.value_site AS site, count() OVER () AS total
FROM cells
GROUP BY value, site
HAVING ${isSearched}
ORDER BY ${orderOf(wanted)}
LIMIT {offset:UInt32}, {limit:UInt32}`
  return ask<Ranked>(clickhouse, sql, { ...cells.parameters, ...given })
}

function inOrder(columns: readonly BreakdownColumns[], ranked: readonly RowName[]): BreakdownColumns[] {
  const byKey = new Map(columns.filter(({ isWhole }) => !isWhole).map((row) => [keyOf(row), row]))
  return ranked.flatMap((row) => byKey.get(keyOf(row)) ?? [])
}

/** The whole stands before the rows of the first page. */
function pageOf(
  { filter }: Chosen,
  cells: Sums,
  by: By,
  { wanted, hasWhole }: { wanted: RowsWanted; hasWhole: boolean },
): string {
  if (wanted.sort === 'liveNow') return pageByLive(filter, cells, by, { wanted, hasWhole })
  return `WITH cells AS (\n${cells.sql})
${query}
HAVING isWhole OR ${isSearched}
ORDER BY isWhole DESC, ${orderOf(wanted)}
LIMIT {offset:UInt32}, {limit:UInt32} + ${Number(hasWhole)}`
}

function pageByLive(
  filter: ViewsFilter,
  cells: Sums,
  by: By,
  { wanted, hasWhole }: { wanted: RowsWanted; hasWhole: boolean },
): string {
  return `WITH
cells AS (\n${cells.sql}),
live AS (\n${livePlaysOf(filter, by)}),
watching AS (\n${liveRows})
SELECT counted.*
FROM (\n${query}\nHAVING isWhole OR ${isSearched}) AS counted
LEFT ANY JOIN watching USING (value, site)
ORDER BY isWhole DESC, liveNow ${wanted.direction}, starts DESC, loads DESC, value, site
LIMIT {offset:UInt32}, {limit:UInt32} + ${Number(hasWhole)}`
}

function orderOf({ sort, direction }: RowsWanted): string {
  return `${sortColumns[sort].sql} ${direction}, sum(cells.starts) DESC, sum(cells.loads) DESC, value, site`
}

const isSearched =
  "({search:String} = '' OR positionCaseInsensitiveUTF8(value, {search:String}) > 0 OR has({named:Array(String)}, value))"

const query = readQuery('breakdown.sql')
const liveRows = readQuery('live-rows.sql')

/** By what rows are sorted, and of which sums that is made. */
const sortColumns: Record<BreakdownColumn, { sql: string; needs: string[] }> = {
  value: { sql: 'value', needs: [] },
  loads: sumOf('loads'),
  visible: sumOf('visible'),
  starts: sumOf('starts'),
  autoplays: sumOf('autoplays'),
  views: sumOf('views'),
  engaged: sumOf('engaged'),
  finishes: sumOf('finishes'),
  viewers: { sql: 'sum(cells.viewers) + uniqExactMerge(cells.viewer_state)', needs: ['viewers', 'viewer_state'] },
  watchedMs: sumOf('watched_ms'),
  averageShare: {
    sql: 'if(sum(cells.starts) = 0, 0, sum(cells.covered_parts) / sum(cells.starts))',
    needs: ['covered_parts'],
  },
  firstSeenMs: { sql: 'min(cells.first_seen)', needs: ['first_seen'] },
  lastSeenMs: { sql: 'max(cells.last_seen)', needs: ['last_seen'] },
  // Who watches now is not among the sums.
  liveNow: { sql: '0', needs: [] },
  grade: { sql: 'arrayMax(mapKeys(sumMap(cells.grades)))', needs: ['grades'] },
}

function sumOf(column: string) {
  return { sql: `sum(cells.${column})`, needs: [column] }
}

const forHealth = ['fullscreen_blocked', 'autoplay_blocked', 'sandboxed', 'too_small']
const summed = allSums.filter((column) => !forHealth.includes(column))

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
