import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { playRow, rowColumns, rowVersion, tokenColumns } from '../../services/beacon/play-row.ts'
import type { InventedPlay } from './invent-plays.ts'

/** Writes plays as the collector would have written their last beacons. */
export async function storePlays(clickhouse: ClickHouseClient, plays: Iterable<InventedPlay>): Promise<void> {
  const rows: string[] = []
  for (const { token, state, receivedAtMs } of plays)
    rows.push(
      playRow(tokenColumns(token), { token, state, receivedAtMs, seq: 5, marks: 0, userAgent: '', purpose: '' }),
    )
  await clickhouse.insert({
    table: 'play',
    columns: rowColumns[rowVersion]!,
    values: Readable.from(rows, { objectMode: false }),
    format: 'TabSeparated',
    clickhouse_settings: { async_insert: 0 },
  })
}
