import { type ClickHouseClient, TupleParam } from '@clickhouse/client'

/**
 * Says which hours of which videos these rows are about, once the rows are in `play`: sums of those hours are out of date
 * from now on. Saying it again changes no number. ClickHouse's own clock gives the time, and never a time that was given
 * before: a sum that was read earlier must not seem to be younger than the touch.
 */
export async function touchHours(
  clickhouse: ClickHouseClient,
  rows: Iterable<Buffer>,
  signal?: AbortSignal,
): Promise<void> {
  const hours = hoursOf(rows)
  if (hours.length === 0) return
  await clickhouse.command({
    query: insertTouches,
    query_params: { hours },
    ...(signal && { abort_signal: signal }),
    clickhouse_settings: { async_insert: 0 },
  })
}

const insertTouches = `
INSERT INTO touched_hour (video_id, hour, touched_at)
SELECT
  touched.1,
  toDateTime(touched.2, 'UTC'),
  greatest(now64(6, 'UTC'), (SELECT max(stamp) FROM latest_stamp) + INTERVAL 1 MICROSECOND)
FROM (SELECT arrayJoin({hours:Array(Tuple(String, UInt32))}) AS touched)`

function hoursOf(rows: Iterable<Buffer>): TupleParam[] {
  const hours = new Set<string>()
  let last: Buffer = Buffer.alloc(0)
  for (const row of rows) {
    // Rows of one video often stand together, and bytes are compared sooner than text is made of them.
    if (last.length > 0 && last.compare(row, 0, last.length) === 0) continue
    const hour = hourOf(row)
    if (hour === null) continue
    hours.add(hour)
    last = row.subarray(0, hour.length + 1)
  }
  return [...hours].map((hour) => new TupleParam([hour.slice(0, 12), Number(hour.slice(13))]))
}

/** The first two columns: video and hour; null for a row that ClickHouse could not read either. */
function hourOf(row: Buffer): string | null {
  return /^[0-9a-z]{12}\t\d{1,10}(?=\t)/.exec(row.toString('latin1', 0, 32))?.[0] ?? null
}
