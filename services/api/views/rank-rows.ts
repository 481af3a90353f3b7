import type { ClickHouseClient } from '@clickhouse/client'
import type { BreakdownColumn } from '#contract/views.ts'
import { ask, type Chosen, liveParameters, livePlaysOf, readQuery } from './ask-plays.ts'
import { askWhole } from './ask-sums.ts'
import { type BreakdownColumns, breakdownQuery, breakdownSums } from './breakdown-columns.ts'
import type { By } from './dimension-columns.ts'
import { planCells, questionOf, type Sums } from './plan-sums.ts'
import { readOffset } from './row-cursor.ts'
import type { RowName } from './row-name.ts'
import type { RowsWanted } from './rows-wanted.ts'

export interface Ranked extends RowName {
  /** Of how many rows in all. */
  total: number
}

interface Ranking {
  by: By
  wanted: Omit<RowsWanted, 'trend'>
}

/** Which rows a page has, in their order, by the few sums that this takes. */
export async function rankRows(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted }: Ranking,
): Promise<Ranked[]> {
  const columns = [...new Set(['starts', 'loads', ...sortColumns[wanted.sort].needs])]
  const cells = await planCells(clickhouse, chosen, { by, hasWhole: false, columns })
  const query = `SELECT cells.value AS value, cells.value_site AS site, count() OVER () AS total
FROM cells
GROUP BY value, site
HAVING ${isSearched}
ORDER BY ${sortColumns[wanted.sort].sql} ${wanted.direction}, sum(cells.starts) DESC, sum(cells.loads) DESC, value, site
LIMIT {offset:UInt32}, {limit:UInt32}`
  return askWhole<Ranked>(clickhouse, cells, query, pageParameters(wanted))
}

/** Rows with all their numbers in one query, the whole first; for long pages, and where plays themselves are read. */
export async function readPage(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { wanted, ...rest }: Ranking & Pick<WholeRows, 'nowMs' | 'hasWhole'>,
): Promise<(BreakdownColumns & { total: number })[]> {
  const rows = { ...rest, wanted, more: ', count() OVER () AS total' }
  const { sql, parameters } = await planRows(clickhouse, chosen, rows)
  const query = `${sql}\nLIMIT {offset:UInt32}, {limit:UInt32} + ${Number(rest.hasWhole)}`
  return ask(clickhouse, query, { ...parameters, ...pageParameters(wanted) })
}

interface WholeRows {
  by: By
  wanted: Order
  nowMs: number
  hasWhole: boolean
  /** Further columns. */
  more?: string
}

/** What is searched for, and how it is sorted. */
type Order = Omit<Ranking['wanted'], 'cursor' | 'limit'>

/** The query of all rows that are searched for, in their order. */
export async function planRows(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted, nowMs, hasWhole, more = '' }: WholeRows,
): Promise<Sums> {
  const cells = await planCells(clickhouse, chosen, { by, hasWhole, columns: breakdownSums })
  const isLive = wanted.sort === 'liveNow'
  const live = isLive ? `, live AS (\n${livePlaysOf(chosen.filter, by)}),\nwatching AS (\n${liveRows})\n` : ''
  const query = `${live}SELECT counted.*${more}
FROM (\n${breakdownQuery}\nHAVING isWhole OR ${isSearched}) AS counted${isLive ? '\nLEFT ANY JOIN watching USING (value, site)' : ''}
ORDER BY isWhole DESC, ${pageOrder[wanted.sort] ?? wanted.sort} ${wanted.direction}, starts DESC, loads DESC, value, site`
  const { sql, parameters } = questionOf(cells, query)
  return { sql, parameters: { ...parameters, ...searchParameters(wanted), ...liveParameters(nowMs) } }
}

function pageParameters({ cursor, limit, ...wanted }: Ranking['wanted']): Record<string, unknown> {
  return { ...searchParameters(wanted), offset: readOffset(cursor), limit }
}

/** What `isSearched` needs. */
export function searchParameters({ search = '', values = [] }: Order): Record<string, unknown> {
  return { search, named: values }
}

const pageOrder: Partial<Record<BreakdownColumn, string>> = {
  averageShare: 'if(starts = 0, 0, coveredParts / starts)',
}

/** The condition that a row is searched for, or nothing is. */
export const isSearched =
  "({search:String} = '' OR positionCaseInsensitiveUTF8(value, {search:String}) > 0 OR has({named:Array(String)}, value))"

const liveRows = readQuery('live-rows.sql')

/** Whether it pays to find the rows first that are shown: there are sums to rank by, and few enough rows to be named. */
export async function canRank(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, limit }: { by: By; limit: number },
): Promise<boolean> {
  return limit <= mostNamed && (await planCells(clickhouse, chosen, { by })).reading.closed.length > 0
}

// They stand in the request's address.
const mostNamed = 500

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
