import type { ClickHouseClient } from '@clickhouse/client'

// A deletion from a large table takes minutes.
const longestS = 60 * 60

/**
 * Whether no deletion of an earlier run is under way, which may be long after its request ended: on a full disk ClickHouse
 * tries for ever. Ends deletions that failed or are too old; they are asked for again.
 */
export async function isErasingFree(clickhouse: ClickHouseClient, { endAfterS = longestS } = {}): Promise<boolean> {
  const result = await clickhouse.query({ query: readers, query_params: { endAfterS }, format: 'JSONEachRow' })
  const found = await result.json<{ isStuck: number }>()
  if (found.some(({ isStuck }) => isStuck === 1))
    await clickhouse.command({
      query: `KILL MUTATION WHERE ${unfinished} AND ${stuck} SYNC`,
      query_params: { endAfterS },
    })
  return found.length === 0
}

const unfinished = "database = currentDatabase() AND NOT is_done AND command LIKE '%erasing%'"
const stuck = "(latest_fail_reason != '' OR create_time <= now() - toIntervalSecond({endAfterS:UInt32}))"

// Requests that are about to become a deletion, and parts whose rewriting was ended but has not stopped, count too.
const readers = `SELECT ${stuck} AS isStuck FROM system.mutations WHERE ${unfinished}
UNION ALL
SELECT 0 FROM system.merges WHERE database = currentDatabase() AND is_mutation
UNION ALL
SELECT 0 FROM system.processes
WHERE current_database = currentDatabase() AND query LIKE 'ALTER%' AND query LIKE '%erasing%'`
