import type { ClickHouseClient } from '@clickhouse/client'
import { round } from '../figure.ts'
import { rowsOf } from './rows-of.ts'

export interface Disk {
  bytesPerPlay: number
  /** Bytes per play of each table, the largest first. */
  tables: string
}

/** What all tables of the database take on disk, for each play. */
export async function measureDisk(clickhouse: ClickHouseClient, plays: number): Promise<Disk> {
  const tables = await rowsOf<{ table: string; bytes: number; rows: number }>(clickhouse, query)
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0)
  const told = tables.map((table) => `${table.table} ${round(table.bytes / plays)} (${table.rows} rows)`)
  return { bytesPerPlay: bytes / plays, tables: told.join(', ') }
}

const query = `
SELECT
  table,
  sum(bytes_on_disk) AS bytes,
  sum(rows) AS rows
FROM system.parts
WHERE database = currentDatabase()
  AND active
GROUP BY table
ORDER BY bytes DESC`
