import type { ClickHouseClient } from '@clickhouse/client'
import { rowsOf } from './rows-of.ts'

export interface Read {
  rows: number
  bytes: number
}

/**
 * What the engine read from tables while the work ran. The embedded server can't tell it query by query, but the
 * engine's own counters do as long as nobody else asks; reading them is counted too, and taken off.
 */
export async function countReads(clickhouse: ClickHouseClient, work: () => Promise<unknown>): Promise<Read> {
  const first = await readCounters(clickhouse)
  const before = await readCounters(clickhouse)
  await work()
  const after = await readCounters(clickhouse)
  return {
    rows: Math.max(0, after.rows - before.rows - (before.rows - first.rows)),
    bytes: Math.max(0, after.bytes - before.bytes - (before.bytes - first.bytes)),
  }
}

async function readCounters(clickhouse: ClickHouseClient): Promise<Read> {
  const [counters] = await rowsOf<Read>(clickhouse, query)
  return counters!
}

const query = `
SELECT
  sumIf(value, event = 'SelectedRows') AS rows,
  sumIf(value, event = 'SelectedBytes') AS bytes
FROM system.events`
