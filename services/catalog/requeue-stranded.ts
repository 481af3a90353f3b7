import { type Kysely, sql } from 'kysely'
import { unfinishedStatuses } from '#contract/video.ts'
import { openStatuses } from './attempts.ts'
import { transcodeQueue } from './jobs.ts'
import type { Catalog } from './open-catalog.ts'
import type { Database } from './schema.ts'

/** A worker at work writes its progress to the row twice a second; one whose job the queue gave up early is left alone. */
const quietSeconds = 60

/**
 * Gives a new job to every video, and to every part of one, that is still to be made but that the queue has given up: its job
 * has no tries left after stops and lost machines. Whether there are tries left is then decided by whoever claims it.
 * Gives the ids of the videos.
 */
export async function requeueStranded(catalog: Pick<Catalog, 'database' | 'jobs'>): Promise<string[]> {
  const [videos, parts] = [await requeueVideos(catalog), await requeueParts(catalog)]
  return [...new Set([...videos, ...parts])]
}

async function requeueVideos({ database, jobs }: Pick<Catalog, 'database' | 'jobs'>): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    const locked = await strandedVideos(transaction).forUpdate().skipLocked().execute()
    if (locked.length === 0) return []
    // Asked again under the locks: another worker may have queued some between this one's look and its lock.
    const ids = locked.map(({ id }) => id)
    const stranded = await strandedVideos(transaction).where('id', 'in', ids).execute()
    for (const { id } of stranded) await jobs.queueTranscode(transaction, id)
    return stranded.map(({ id }) => id)
  })
}

/** Not cut into parts yet, or with a first version that neither the video's job nor one of its own is to make. */
function strandedVideos(database: Kysely<Database>) {
  return database
    .selectFrom('video')
    .select('id')
    .where('status', 'in', unfinishedStatuses)
    .where('source_key', 'is not', null)
    .where(sql<boolean>`updated_at < now() - make_interval(secs => ${quietSeconds})`)
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM transcode_part AS part
        WHERE part.video_id = video.id
        AND part.attempt = video.current_attempt
        AND part.kind = 'first'
        AND part.state = 'done'
      )`,
    )
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM pgboss.job
        WHERE job.name = ${transcodeQueue}
        AND job.state IN ('created', 'retry', 'active')
        AND job.data->>'videoId' = video.id
        AND (
          coalesce(job.data->>'kind', 'video') = 'video'
          OR (job.data->>'part' = '0' AND (job.data->>'attempt')::integer = video.current_attempt)
        )
      )`,
    )
}

async function requeueParts({ database, jobs }: Pick<Catalog, 'database' | 'jobs'>): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    const locked = await strandedParts(transaction).forUpdate('part').skipLocked().execute()
    if (locked.length === 0) return []
    const stranded = await strandedParts(transaction).execute()
    const held = new Set(locked.map(nameOf))
    const own = stranded.filter((part) => held.has(nameOf(part)))
    await jobs.queueParts(
      transaction,
      own.map(({ video_id: videoId, attempt, part, kind, turn }) =>
        kind === 'finish'
          ? { kind: 'finish', videoId, attempt, part, turn: null }
          : { kind: 'part', videoId, attempt, part, turn },
      ),
    )
    return own.map((part) => part.video_id)
  })
}

function nameOf({ video_id, attempt, part }: { video_id: string; attempt: number; part: number }): string {
  return `${video_id} ${attempt} ${part}`
}

/** The joining is to be made once nothing else is. */
function strandedParts(database: Kysely<Database>) {
  return database
    .selectFrom('transcode_part as part')
    .innerJoin('video', 'video.id', 'part.video_id')
    .select(['part.video_id', 'part.attempt', 'part.part', 'part.kind', 'part.turn'])
    .whereRef('part.attempt', '=', 'video.current_attempt')
    .where('video.status', 'in', openStatuses)
    .where('part.state', 'in', ['waiting', 'active'])
    .where('part.kind', '<>', 'first')
    .where(sql<boolean>`part.updated_at < now() - make_interval(secs => ${quietSeconds})`)
    .where(
      sql<boolean>`(part.kind <> 'finish' OR NOT EXISTS (
        SELECT 1
        FROM transcode_part AS other
        WHERE other.video_id = part.video_id
        AND other.attempt = part.attempt
        AND other.kind <> 'finish'
        AND other.state IN ('waiting', 'active')
      ))`,
    )
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM pgboss.job
        WHERE job.name = ${transcodeQueue}
        AND job.state IN ('created', 'retry', 'active')
        AND job.data->>'videoId' = part.video_id
        AND (job.data->>'attempt')::integer = part.attempt
        AND (job.data->>'part')::integer = part.part
      )`,
    )
}
