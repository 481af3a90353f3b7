import { type Dataset, dayMs } from './dataset.ts'
import { generateOpenPlays } from './generate-plays.ts'
import { touchHours } from './touch-hours.ts'
import type { Warehouse } from './warehouse.ts'

/** The worst that can be: nothing of what came in since the hour before this one has been merged. */
export async function openHours(warehouse: Warehouse, dataset: Dataset): Promise<number> {
  for (const database of [warehouse.clickhouse, warehouse.raw])
    await database.command({ query: 'SYSTEM STOP MERGES play' })
  const { rush } = await generateOpenPlays(warehouse.clickhouse, dataset)
  await touchHours(warehouse.clickhouse, dataset.openMs, dataset.nowMs + dayMs)
  return rush
}
