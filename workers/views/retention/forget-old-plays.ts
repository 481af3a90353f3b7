import type { Context } from '../context.ts'

/**
 * Deletes plays that were kept for PLAYS_KEEP_DAYS, by whole months, which costs nothing: a month goes when its last day is
 * older than that. Without the setting plays are kept for ever.
 */
export async function forgetOldPlays({ catalog, clickhouse, config }: Context, nowMs = Date.now()): Promise<void> {
  if (config.PLAYS_KEEP_DAYS === undefined) return
  const keptFrom = firstMonthKept(nowMs, config.PLAYS_KEEP_DAYS)
  // Told by no play that is kept.
  await catalog.database.deleteFrom('page_title').where('told_at', '<', keptFrom).execute()
  for (const { table, column } of await tablesByTime(clickhouse)) {
    const parameters = { table, column, keptFromS: keptFrom.getTime() / 1000 }
    const old = "{column:Identifier} < toDateTime({keptFromS:UInt32}, 'UTC')"
    const found = await clickhouse.query({
      query: `SELECT 1 FROM {table:Identifier} WHERE ${old} LIMIT 1`,
      query_params: parameters,
      format: 'JSONEachRow',
    })
    if ((await found.json()).length === 0) continue
    await clickhouse.command({
      query: `ALTER TABLE {table:Identifier} DELETE WHERE ${old} SETTINGS mutations_sync = 2`,
      query_params: parameters,
    })
  }
}

/** The beginning of the month that holds the oldest day that is kept, UTC. */
export function firstMonthKept(nowMs: number, keepDays: number): Date {
  const oldest = new Date(nowMs - keepDays * 24 * 60 * 60 * 1000)
  return new Date(Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth()))
}

/** Every table of plays, and every sum of them, by the column that says which time a row is about. */
async function tablesByTime(clickhouse: Context['clickhouse']): Promise<{ table: string; column: string }[]> {
  const result = await clickhouse.query({
    query: `SELECT c.table AS table, groupArray(c.name) AS names FROM system.columns AS c
            JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
            WHERE c.database = currentDatabase() AND t.engine LIKE '%MergeTree'
            GROUP BY c.table HAVING has(names, 'video_id')`,
    format: 'JSONEachRow',
  })
  const rows = await result.json<{ table: string; names: string[] }>()
  return rows.flatMap(({ table, names }) => {
    const column = timeColumns.find((name) => names.includes(name))
    return column ? [{ table, column }] : []
  })
}

const timeColumns = ['hour', 'start', 'day']
