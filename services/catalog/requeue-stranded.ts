import { type Kysely, sql } from 'kysely'
import { transcodeQueue } from './jobs.ts'
import type { Catalog } from './open-catalog.ts'
import type { Database } from './schema.ts'

/** A worker at work writes its progress to the row twice a second; one whose job the queue gave up early is left alone. */
const quietSeconds = 60

/**
 * Gives a new job to every video that is still to be made but that the queue has given up: its job has no tries left
 * after stops and lost machines. Whether the video has tries left is then decided by whoever claims it. Gives the ids.
 */
export async function requeueStranded({ database, jobs }: Pick<Catalog, 'database' | 'jobs'>): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    const locked = await strandedIn(transaction).forUpdate().skipLocked().execute()
    if (locked.length === 0) return []
    // Asked again under the locks: another worker may have queued some between this one's look and its lock.
    const ids = locked.map(({ id }) => id)
    const stranded = await strandedIn(transaction).where('id', 'in', ids).execute()
    for (const { id } of stranded) await jobs.queueTranscode(transaction, id)
    return stranded.map(({ id }) => id)
  })
}

function strandedIn(database: Kysely<Database>) {
  return database
    .selectFrom('video')
    .select('id')
    .where('status', 'in', ['queued', 'processing', 'playable'])
    .where('source_key', 'is not', null)
    .where(sql<boolean>`updated_at < now() - make_interval(secs => ${quietSeconds})`)
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM pgboss.job
        WHERE job.name = ${transcodeQueue}
        AND job.state IN ('created', 'retry', 'active')
        AND job.data->>'videoId' = video.id
      )`,
    )
}
