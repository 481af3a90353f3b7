import type { ClickHouseClient } from '@clickhouse/client'
import type { HealthRow } from '#contract/embed-health.ts'
import type { BreakdownRow } from '#contract/views.ts'
import type { Chosen } from '../ask-plays.ts'
import { type BreakdownColumns, toRow } from '../breakdown-columns.ts'
import type { By } from '../dimension-columns.ts'
import { type HealthColumns, planHealth, toHealthRow } from '../health.ts'
import { sortWithoutLive } from '../hide-live.ts'
import { liveNowOf, readLiveRows } from '../live-rows.ts'
import { planRows } from '../rank-rows.ts'
import type { RowsWanted } from '../rows-wanted.ts'
import { streamRows } from '../stream-rows.ts'

/** Every row of a breakdown, in its order. One question: rows move while plays arrive, and pages of them would not fit. */
export async function* allBreakdownRows(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, wanted, nowMs, isLiveHidden, signal }: Wanted,
): AsyncGenerator<BreakdownRow[]> {
  const order = isLiveHidden ? sortWithoutLive(wanted) : wanted
  const [watching, query] = await Promise.all([
    isLiveHidden ? [] : readLiveRows(clickhouse, chosen, { by, nowMs }),
    planRows(clickhouse, chosen, { by, wanted: order, nowMs, hasWhole: false }),
  ])
  const liveNow = liveNowOf(watching)
  for await (const rows of streamRows<BreakdownColumns>(clickhouse, query, signal))
    yield rows.map((row) => ({ ...toRow(row), liveNow: liveNow(row) }))
}

interface Wanted {
  by: By
  wanted: Omit<RowsWanted, 'cursor' | 'limit' | 'trend'>
  nowMs: number
  isLiveHidden: boolean
  signal: AbortSignal
}

/** Every page's health, those with trouble first. */
export async function* allHealthRows(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  signal: AbortSignal,
): AsyncGenerator<HealthRow[]> {
  const query = await planHealth(clickhouse, chosen)
  for await (const rows of streamRows<HealthColumns>(clickhouse, query, signal)) yield rows.map(toHealthRow)
}
