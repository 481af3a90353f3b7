import type { ClickHouseClient } from '@clickhouse/client'

/**
 * ClickHouse's own time, in the words of DateTime64(6), and later than every time that was given before: touches that
 * are stamped from now on are later still, whatever happens to the machine's clock.
 */
export async function readClock(clickhouse: ClickHouseClient): Promise<string> {
  const answer = await clickhouse.query({ query, format: 'JSONEachRow' })
  const [row] = await answer.json<{ now: string }>()
  const { now } = row!
  await clickhouse.insert({
    table: 'latest_stamp',
    values: [{ stamp: now }],
    columns: ['stamp'],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  })
  return now
}

const query = `
SELECT toString(greatest(now64(6, 'UTC'), (SELECT max(stamp) FROM latest_stamp) + INTERVAL 1 MICROSECOND)) AS now`
