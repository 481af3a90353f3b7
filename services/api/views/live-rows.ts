import type { ClickHouseClient } from '@clickhouse/client'
import { ask, type Chosen, liveParameters, livePlaysOf, parametersOf, readQuery } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'
import { keyOf, type RowName } from './row-name.ts'

export interface LiveRow extends RowName {
  liveNow: number
}

/** How many of those watch a row. */
export function liveNowOf(watching: readonly LiveRow[]): (row: RowName) => number {
  const byName = new Map(watching.map((row) => [keyOf(row), row.liveNow]))
  return (row) => byName.get(keyOf(row)) ?? 0
}

/** How many are watching now, by value, of those whom the filter lets through, whatever its period. */
export function readLiveRows(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, nowMs }: { by: By; nowMs: number },
): Promise<LiveRow[]> {
  const sql = `WITH live AS (\n${livePlaysOf(chosen.filter, by)}\n)\n${query}`
  return ask<LiveRow>(clickhouse, sql, { ...parametersOf(chosen), ...liveParameters(nowMs) })
}

const query = readQuery('live-rows.sql')
