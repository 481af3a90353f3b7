import type { ClickHouseClient } from '@clickhouse/client'
import { type Level, levels, startOf } from '../../../services/sums/levels.ts'
import { dropErasingTable, dropLeftErasingTables, makeErasingTable } from './erasing-table.ts'
import { isErasingFree } from './is-erasing-free.ts'

export interface Erasing {
  videoIds: readonly string[]
  /** Plays that were opened before this; null for all. */
  openedBefore: Date | null
  /** How long the engine keeps the files that a deletion replaced; tests are in a hurry. */
  keepReplacedSeconds?: number
}

// After half a minute the system has written the successors to the disk, so that a loss of power loses neither.
const keepReplacedSeconds = 60

/** Whether any play is left that should be gone. Only reads, so that no deletion that is still under way is misled. */
export async function holdsPlays(clickhouse: ClickHouseClient, erasing: Erasing): Promise<boolean> {
  const tables = (await tablesOfVideos(clickhouse)).filter(({ hasMoment }) => hasMoment || !erasing.openedBefore)
  const held = await Promise.all(tables.map((table) => holdsAny(clickhouse, table, erasing)))
  return held.includes(true) || (await holdsStaleSums(clickhouse, erasing))
}

/** Somebody who was summing up an hour, a day or a month while their plays were erased may have written what he had read before. */
async function holdsStaleSums(clickhouse: ClickHouseClient, { videoIds }: Erasing): Promise<boolean> {
  const rows = await ask<unknown[]>(
    clickhouse,
    `SELECT 1 FROM stretch
     WHERE video_id IN {videoIds:Array(String)}
       AND (video_id, level, start) NOT IN (
         SELECT video_id, span.1, span.2
         FROM (SELECT DISTINCT video_id, hour FROM play WHERE video_id IN {videoIds:Array(String)})
         ARRAY JOIN [${spans.join(', ')}] AS span
       )
     LIMIT 1`,
    { videoIds },
  )
  return rows.length > 0
}

/** The stretches that an hour of plays belongs to. One with plays left needs no look: `erasePlays` has opened it. */
const spans = (Object.keys(levels) as Level[]).map((level) => `(${levels[level]}, ${startOf[level]('hour')})`)

/**
 * Deletes what any table says of these plays. Numbers that sum up plays are deleted whole, for what is left of their
 * plays can be summed up again. Safe to call again after a kill at any moment. False, with nothing done, while an
 * earlier deletion is under way.
 */
export async function erasePlays(clickhouse: ClickHouseClient, erasing: Erasing): Promise<boolean> {
  if (!(await isErasingFree(clickhouse))) return false
  await dropLeftErasingTables(clickhouse)
  const erasingTable = await makeErasingTable(clickhouse, erasing.videoIds)
  // Plays first: whatever is summed up meanwhile is summed up without them.
  const tables = (await tablesOfVideos(clickhouse)).sort((one, other) => +other.hasMoment - +one.hasMoment)
  for (const table of tables) await hurryCleanup(clickhouse, table, erasing)
  for (const table of tables)
    if (await holdsAny(clickhouse, table, erasing)) await eraseFrom(clickhouse, table, { ...erasing, erasingTable })
  // What is left counts anew.
  await clickhouse.command({
    query: `INSERT INTO touched_hour (video_id, hour)
            SELECT DISTINCT video_id, hour FROM play WHERE video_id IN {videoIds:Array(String)}`,
    query_params: { videoIds: erasing.videoIds },
  })
  // Not after a failure: a deletion that outlives its request goes on with what it was told.
  await dropErasingTable(clickhouse, erasingTable)
  return true
}

/** Whether files of rows that were deleted until then are still on the engine's disk. */
export async function hasOldParts(clickhouse: ClickHouseClient, sweptAt: Date): Promise<boolean> {
  const [{ parts }] = await ask<[{ parts: string }]>(
    clickhouse,
    `SELECT count() AS parts FROM system.parts
     WHERE database = currentDatabase() AND table IN {tables:Array(String)}
       AND NOT active AND remove_time <= toDateTime({sweptAtS:UInt32})`,
    {
      sweptAtS: Math.ceil(sweptAt.getTime() / 1000),
      tables: (await tablesOfVideos(clickhouse)).map(({ name }) => name),
    },
  )
  return Number(parts) > 0
}

interface VideoTable {
  name: string
  /** Each row is of one play, which has a moment; the others sum up many. */
  hasMoment: boolean
}

/** Whatever tables there are, now and in time to come: each that knows videos is meant. */
async function tablesOfVideos(clickhouse: ClickHouseClient): Promise<VideoTable[]> {
  const rows = await ask<{ name: string; columns: string[] }[]>(
    clickhouse,
    `SELECT c.table AS name, groupArray(c.name) AS columns FROM system.columns AS c
     JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
     WHERE c.database = currentDatabase() AND t.engine LIKE '%MergeTree'
     GROUP BY c.table HAVING has(columns, 'video_id')`,
  )
  return rows.map(({ name, columns }) => ({ name, hasMoment: columns.includes('opened_at') }))
}

async function holdsAny(clickhouse: ClickHouseClient, table: VideoTable, erasing: Erasing): Promise<boolean> {
  const query = `SELECT 1 FROM {table:Identifier}
                 WHERE video_id IN {videoIds:Array(String)}${momentOf(table, erasing)} LIMIT 1`
  const parameters = { ...parametersOf(table, erasing), videoIds: erasing.videoIds }
  return (await ask<unknown[]>(clickhouse, query, parameters)).length > 0
}

/** Files that were replaced by a merge or a deletion stay on disk for a while; eight minutes, unless told otherwise. */
async function hurryCleanup(clickhouse: ClickHouseClient, { name }: VideoTable, erasing: Erasing): Promise<void> {
  const seconds = erasing.keepReplacedSeconds ?? keepReplacedSeconds
  await clickhouse.command({
    query: `ALTER TABLE {table:Identifier} MODIFY SETTING
            old_parts_lifetime = ${seconds}, cleanup_delay_period = 5, max_cleanup_delay_period = 30`,
    query_params: { table: name },
  })
}

async function eraseFrom(
  clickhouse: ClickHouseClient,
  table: VideoTable,
  erasing: Erasing & { erasingTable: string },
): Promise<void> {
  await clickhouse.command({
    query: `ALTER TABLE {table:Identifier}
            DELETE WHERE video_id IN (SELECT video_id FROM {erasing:Identifier})${momentOf(table, erasing)}
            SETTINGS mutations_sync = 2`,
    query_params: { ...parametersOf(table, erasing), erasing: erasing.erasingTable },
  })
}

function momentOf({ hasMoment }: VideoTable, { openedBefore }: Erasing): string {
  return hasMoment && openedBefore ? ' AND opened_at < fromUnixTimestamp64Milli({beforeMs:Int64})' : ''
}

function parametersOf({ name }: VideoTable, { openedBefore }: Erasing): Record<string, unknown> {
  return { table: name, beforeMs: openedBefore?.getTime() ?? 0 }
}

async function ask<Rows>(
  clickhouse: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown> = {},
): Promise<Rows> {
  const result = await clickhouse.query({ query, query_params: parameters, format: 'JSONEachRow' })
  return (await result.json()) as Rows
}
