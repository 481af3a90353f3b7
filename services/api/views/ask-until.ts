import type { ClickHouseClient } from '@clickhouse/client'

/** The client, for one caller: what he asked is given up, also by ClickHouse, once the signal is aborted. */
export function askUntil(clickhouse: ClickHouseClient, left: AbortSignal): ClickHouseClient {
  const asked: ClickHouseClient = Object.create(clickhouse)
  asked.query = ({ abort_signal = left, clickhouse_settings, ...question }) =>
    clickhouse.query({
      ...question,
      abort_signal,
      // Else a server goes on with what nobody waits for.
      clickhouse_settings: { ...clickhouse_settings, cancel_http_readonly_queries_on_client_close: 1 },
    })
  return asked
}
