import type { ClickHouseClient } from '@clickhouse/client'

/**
 * Says which hours of which videos these rows are about, once the rows are in `play`: sums of those hours are out of date
 * from now on. Saying it again changes no number. ClickHouse's own clock gives the time.
 */
export async function touchHours(
  clickhouse: ClickHouseClient,
  rows: readonly Buffer[],
  signal?: AbortSignal,
): Promise<void> {
  const hours = [...new Set(rows.map(hourOf))].filter((hour) => hour !== null)
  if (hours.length === 0) return
  await clickhouse.insert({
    table: 'touched_hour',
    columns: ['video_id', 'hour'],
    values: hours.map((hour) => hour.split('\t')),
    format: 'JSONCompactEachRow',
    ...(signal && { abort_signal: signal }),
    clickhouse_settings: { async_insert: 0 },
  })
}

/** The first two columns: video and hour; null for a row that ClickHouse could not read either. */
function hourOf(row: Buffer): string | null {
  return /^[0-9a-z]{12}\t\d{1,10}(?=\t)/.exec(row.toString('latin1', 0, 32))?.[0] ?? null
}
