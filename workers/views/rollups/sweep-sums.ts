import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'

/** Deletes the sums that no question reads any more; numbers never depend on it. */
export async function sweepSums(clickhouse: ClickHouseClient): Promise<void> {
  for (const table of ['cell', 'curve'])
    await clickhouse.command({
      query: `ALTER TABLE ${table} ${sweep}`,
      clickhouse_settings: { mutations_sync: '1' },
    })
}

const sweep = readFileSync(new URL('./sweep.sql', import.meta.url), 'utf8').replace(/^--.*\n/gm, '')
