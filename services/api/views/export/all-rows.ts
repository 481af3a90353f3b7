import type { ClickHouseClient } from '@clickhouse/client'
import type { BreakdownRow, HealthRow } from '#contract/views.ts'
import type { Chosen } from '../ask-plays.ts'
import { readBreakdown } from '../breakdown.ts'
import type { By } from '../dimension-columns.ts'
import { readHealth } from '../health.ts'
import { rowsWithoutLive, sortWithoutLive } from '../hide-live.ts'
import type { RowsWanted } from '../rows-wanted.ts'

// Asked as the page asks, only with longer pages: nearly every table is one, and none is more than some megabytes.
const rowsPerPage = 10_000

/** Every row of a breakdown, in its order. */
export function allBreakdownRows(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted, nowMs, isLiveHidden }: Wanted,
): AsyncGenerator<BreakdownRow[]> {
  return pages(async (cursor) => {
    const page = { ...wanted, cursor, limit: rowsPerPage, trend: false }
    if (!isLiveHidden) return readBreakdown(clickhouse, chosen, { by, wanted: page, nowMs })
    return rowsWithoutLive(await readBreakdown(clickhouse, chosen, { by, wanted: sortWithoutLive(page), nowMs }))
  })
}

interface Wanted {
  by: By
  wanted: Omit<RowsWanted, 'cursor' | 'limit' | 'trend'>
  nowMs: number
  isLiveHidden: boolean
}

/** Every page's health, those with trouble first. */
export function allHealthRows(clickhouse: ClickHouseClient, chosen: Chosen): AsyncGenerator<HealthRow[]> {
  return pages((cursor) => readHealth(clickhouse, chosen, { cursor, limit: rowsPerPage }))
}

interface PageOfRows<Row> {
  rows: Row[]
  next: string | null
}

async function* pages<Row>(read: (cursor: string | undefined) => Promise<PageOfRows<Row>>): AsyncGenerator<Row[]> {
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page: PageOfRows<Row> = await read(cursor)
    yield page.rows
    cursor = page.next
  }
}
