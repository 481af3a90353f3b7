import type { ClickHouseClient } from '@clickhouse/client'

/** ClickHouse's own time, in the words of DateTime64(6): the clock that also stamps touches. */
export async function readClock(clickhouse: ClickHouseClient): Promise<string> {
  const answer = await clickhouse.query({ query: "SELECT toString(now64(6, 'UTC')) AS now", format: 'JSONEachRow' })
  const [row] = await answer.json<{ now: string }>()
  return row!.now
}
