import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'

/** Makes the table that the deletions of one run name, and resolves with its name. */
export async function makeErasingTable(clickhouse: ClickHouseClient, videoIds: readonly string[]): Promise<string> {
  const erasing = `${prefix}${randomBytes(8).toString('hex')}`
  await clickhouse.command({ query: makeTable, query_params: { erasing } })
  const values = videoIds.map((video_id) => ({ video_id }))
  await clickhouse.insert({ table: erasing, values, format: 'JSONEachRow', clickhouse_settings: { async_insert: 0 } })
  return erasing
}

export async function dropErasingTable(clickhouse: ClickHouseClient, erasing: string): Promise<void> {
  await clickhouse.command({ query: 'DROP TABLE IF EXISTS {erasing:Identifier} SYNC', query_params: { erasing } })
}

/** What runs left that were killed or whose deletion failed. Only while no deletion is under way. */
export async function dropLeftErasingTables(clickhouse: ClickHouseClient, { leftForS = longestS } = {}): Promise<void> {
  const result = await clickhouse.query({
    query: `SELECT name FROM system.tables
            WHERE database = currentDatabase() AND startsWith(name, {prefix:String})
              AND metadata_modification_time <= now() - toIntervalSecond({leftForS:UInt32})`,
    query_params: { prefix, leftForS },
    format: 'JSONEachRow',
  })
  for (const { name } of await result.json<{ name: string }>()) await dropErasingTable(clickhouse, name)
}

const prefix = 'erasing_'

// A run that is about to delete may have made its table just now; none takes this long.
const longestS = 2 * 60 * 60

const makeTable = readFileSync(new URL('./erasing-table.sql', import.meta.url), 'utf8')
