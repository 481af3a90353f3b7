import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { type RollUpOptions, rollUp } from './roll-up.ts'
import { sweepSums } from './sweep-sums.ts'

/**
 * Computes every sum anew from the plays: opens all stretches, which changes no number because open ones are read from
 * plays, and adds them up again. Safe while the system runs, and to be cut off anywhere.
 */
export async function rebuildSums(clickhouse: ClickHouseClient, options: RollUpOptions = {}): Promise<number> {
  await clickhouse.command({ query: openAll })
  const rolled = await rollUp(clickhouse, { ...options, quietForS: 0 })
  await sweepSums(clickhouse)
  return rolled
}

const openAll = readFileSync(new URL('./rebuild.sql', import.meta.url), 'utf8')
