import type { ClickHouseClient } from '@clickhouse/client'
import { rowsOf } from './rows-of.ts'

export interface Read {
  rows: number
  bytes: number
  /** Time that the engine's threads ran, which other programs on the machine make less longer than they make its answers. */
  cpuMs: number
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
  const spent = (counter: keyof Read) => Math.max(0, after[counter] - 2 * before[counter] + first[counter])
  return { rows: spent('rows'), bytes: spent('bytes'), cpuMs: spent('cpuMs') }
}

async function readCounters(clickhouse: ClickHouseClient): Promise<Read> {
  const [counters] = await rowsOf<Read>(clickhouse, query)
  return counters!
}

const query = `
SELECT
  sumIf(value, event = 'SelectedRows') AS rows,
  sumIf(value, event = 'SelectedBytes') AS bytes,
  sumIf(value, event = 'OSCPUVirtualTimeMicroseconds') / 1000 AS cpuMs
FROM system.events`
