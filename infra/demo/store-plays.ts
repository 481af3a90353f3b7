import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { touchHours } from '../../services/beacon/drain/touch-hours.ts'
import { playRow, rowColumns, rowVersion, tokenColumns } from '../../services/beacon/play-row.ts'
import type { InventedPlay } from './invent-plays.ts'

/** Writes plays as the collector would have written their last beacons, and what was delivered to them. */
export async function storePlays(clickhouse: ClickHouseClient, plays: Iterable<InventedPlay>): Promise<void> {
  const rows: string[] = []
  for (const play of plays) rows.push(rowOf(play))
  await clickhouse.insert({
    table: 'play',
    columns: rowColumns[rowVersion]!,
    values: Readable.from(rows, { objectMode: false }),
    format: 'TabSeparated',
    clickhouse_settings: { async_insert: 0 },
  })
  await touchHours(
    clickhouse,
    rows.map((row) => Buffer.from(row)),
  )
}

function rowOf({ token, state, marks, isDelivered, receivedAtMs }: InventedPlay): string {
  const arrival = { token, state, receivedAtMs, seq: 5, marks, userAgent: '', purpose: '' }
  const row = playRow(tokenColumns(token), arrival)
  if (!isDelivered) return row
  // The last two columns are what was delivered, of which a collector knows nothing.
  const covered = BigInt(`0x${state.covered}`)
  return row.replace(/\t0\t0\n$/, `\t${BigInt.asUintN(64, covered)}\t${covered >> 64n}\n`)
}
