import { type Kysely, sql } from 'kysely'
import { transcodeQueue } from './jobs.ts'
import type { Database } from './schema.ts'

/** Whether anything that people wait for is being made or is about to be. */
export async function isTranscodeBusy(database: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ is_busy: boolean }>`
    SELECT EXISTS (
      SELECT 1
      FROM pgboss.job
      WHERE name = ${transcodeQueue}
      AND coalesce(data->>'kind', 'video') <> 'smaller'
      AND (state = 'active' OR (state IN ('created', 'retry') AND start_after <= now() + interval '5 seconds'))
    ) AS is_busy
  `.execute(database)
  return rows[0]!.is_busy
}
