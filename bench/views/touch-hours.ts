import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'

/** As the collector does once rows are in `play`; at most a month at a time fits into memory. */
export async function touchHours(clickhouse: ClickHouseClient, fromMs: number, toMs: number): Promise<void> {
  await clickhouse.command({ query, query_params: { fromMs, toMs } })
}

const query = readFileSync(new URL('./touch-hours.sql', import.meta.url), 'utf8')
