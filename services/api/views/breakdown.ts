import type { ClickHouseClient } from '@clickhouse/client'
import type { Breakdown, Dimension, ViewsDetails } from '#contract/views.ts'
import type { Chosen } from './ask-plays.ts'
import { askPart, askParts } from './ask-sums.ts'
import {
  type BreakdownColumns,
  breakdownJoins,
  breakdownQuery,
  breakdownSums,
  nothing,
  toRow,
} from './breakdown-columns.ts'
import type { By } from './dimension-columns.ts'
import { joinRows } from './join-rows.ts'
import { type LiveRow, liveNowOf, readLiveRows } from './live-rows.ts'
import { type Planned, withPlan } from './plan.ts'
import { planCells } from './plan-sums.ts'
import { toPlayCounts, toPlayQuality } from './play-counts.ts'
import { canRank, rankRows, readPage } from './rank-rows.ts'
import { readOffset, writeOffset } from './row-cursor.ts'
import { keyOf, type RowName } from './row-name.ts'
import type { RowsWanted } from './rows-wanted.ts'
import { sortRows } from './sort-rows.ts'
import { readTrends } from './trend.ts'
import { readYoungerRows, type YoungerRows } from './younger-rows.ts'

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
  return withLive(counted, watching)
}

/** The same with who watches now. */
export function withLive(counted: BreakdownAndWhole, watching: readonly LiveRow[]): BreakdownAndWhole {
  const liveNow = liveNowOf(watching)
  return {
    ...counted,
    rows: counted.rows.map((row) => ({ ...row, liveNow: liveNow(row) })),
    whole: { ...counted.whole, liveNow: watching.reduce((sum, row) => sum + row.liveNow, 0) },
  }
}

interface Counting {
  by: By
  wanted: RowsWanted
  nowMs: number
  hasWhole?: boolean
}

/** All but who watches now. */
async function readCounted(
  clickhouse: ClickHouseClient,
  unplanned: Chosen,
  counting: Counting,
): Promise<BreakdownAndWhole> {
  const chosen = await withPlan(clickhouse, unplanned)
  const { by, wanted, nowMs } = counting
  const page = await readColumns(clickhouse, chosen, counting)
  if (!wanted.trend || page.trends) return toBreakdown(page, { by, offset: readOffset(wanted.cursor) })
  const trends = await readTrends(clickhouse, chosen, { by, rows: page.columns, nowMs })
  return toBreakdown({ ...page, trends }, { by, offset: readOffset(wanted.cursor) })
}

/** All but who watches now, as the contract tells it. */
export function toBreakdown(
  { whole, columns, total, trends }: PageOfColumns,
  { by, offset }: { by: By; offset: number },
): BreakdownAndWhole {
  const rows = columns.map((row) => ({ ...toRow(row), ...(trends ? { trend: trends.get(keyOf(row))! } : {}) }))
  const shown = offset + rows.length
  const counts = { ...toPlayCounts(whole), quality: toPlayQuality(whole), liveNow: 0 }
  return { dimension: by, rows, total, next: shown < total ? writeOffset(shown) : null, whole: counts }
}

/** Rows that are shown, the whole, and how many rows there are. */
export interface PageOfColumns {
  whole: BreakdownColumns
  columns: BreakdownColumns[]
  total: number
  trends?: Map<string, number[]> | undefined
}

/** In the way that reads least: few values all at once, of many first those that are shown. */
async function readColumns(clickhouse: ClickHouseClient, chosen: Planned, counting: Counting): Promise<PageOfColumns> {
  const { by, wanted, nowMs, hasWhole = true } = counting
  if (wanted.sort !== 'liveNow' && (await canRank(clickhouse, chosen, { by, limit: wanted.limit }))) {
    if (fewValues.includes(by) && !wanted.search) {
      const all = await readRows()
      const rows = sortRows(valuesOf(all), wanted)
      const offset = readOffset(wanted.cursor)
      return { whole: wholeOf(all), columns: rows.slice(offset, offset + wanted.limit), total: rows.length }
    }
    const [ranked, younger] = await Promise.all([
      rankRows(clickhouse, chosen, { by, wanted }),
      readYoungerRows(clickhouse, chosen, { by, wanted, nowMs, hasWhole }),
    ])
    // A row that is born between the two questions is left out until the next asking.
    // Behind the last row nobody could tell how many there are.
    if (ranked.length > 0 || readOffset(wanted.cursor) === 0) {
      const [rows, trends] = await Promise.all([
        younger ? addSettled(younger, ranked) : readRows(ranked),
        wanted.trend
          ? readTrends(clickhouse, chosen, { by, rows: ranked, nowMs, younger: younger?.trends })
          : undefined,
      ])
      const byKey = new Map(valuesOf(rows).map((row) => [keyOf(row), row]))
      const columns = ranked.flatMap((row) => byKey.get(keyOf(row)) ?? [])
      return { whole: wholeOf(rows), columns, total: ranked[0]?.total ?? 0, trends }
    }
  }
  const rows = await readPage(clickhouse, chosen, { by, wanted, nowMs, hasWhole })
  const total = (rows[0]?.total ?? 0) - Number(hasWhole && rows.length > 0)
  return { whole: wholeOf(rows), columns: valuesOf(rows), total }

  /** The rows that are named and the whole, of which younger time is known. */
  async function addSettled({ settled, rows }: YoungerRows, only: readonly RowName[]): Promise<BreakdownColumns[]> {
    const cells = await planCells(clickhouse, chosen, { by, hasWhole, columns: breakdownSums, only })
    const known = await askPart<BreakdownColumns>(clickhouse, cells, breakdownQuery, { part: settled })
    const isNamed = new Set(only.map(keyOf))
    return joinRows([known, rows.filter((row) => row.isWhole || isNamed.has(keyOf(row)))], breakdownJoins)
  }

  async function readRows(only?: readonly RowName[]): Promise<BreakdownColumns[]> {
    const asked = { by, hasWhole, columns: breakdownSums, ...(only ? { only } : {}) }
    const cells = await planCells(clickhouse, chosen, asked)
    return askParts(clickhouse, cells, breakdownQuery, { joins: breakdownJoins })
  }
}

function valuesOf(rows: readonly BreakdownColumns[]): BreakdownColumns[] {
  return rows.filter(({ isWhole }) => !isWhole)
}

function wholeOf(rows: readonly BreakdownColumns[]): BreakdownColumns {
  return rows.find(({ isWhole }) => isWhole) ?? nothing
}

/** Of which there are at most some hundreds, whatever is watched. */
const fewValues: readonly (Dimension | 'video')[] = ['country', 'device', 'language', 'grade']
