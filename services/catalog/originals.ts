import { type Kysely, sql } from 'kysely'
import { extraQueue } from './extras.ts'
import type { Catalog } from './open-catalog.ts'
import { cutFlags, whyNoRetry } from './retry-video.ts'
import type { Database, VideoRow } from './schema.ts'

/** Files as they were uploaded. Their owner need not keep them once everything was made of them. */
export async function setKeepsOriginal(
  database: Kysely<Database>,
  videoId: string,
  keepsOriginal: boolean,
): Promise<void> {
  await database
    .updateTable('video')
    .set({ keeps_original: keepsOriginal, updated_at: new Date() })
    .where('id', '=', videoId)
    .execute()
}

/** How much of a person's space it takes. */
export function keptBytes({ source_key, source_bytes }: Pick<VideoRow, 'source_key' | 'source_bytes'>): number {
  return source_key === null ? 0 : Number(source_bytes)
}

/** Whether it was deleted, as its owner wished; what was made of it is shown on. */
export function isOriginalDeleted({
  source_key,
  published_prefix,
}: Pick<VideoRow, 'source_key' | 'published_prefix'>): boolean {
  return source_key === null && published_prefix !== null
}

/**
 * Null where it is kept, or there is none. `soon`: everything is made of it. `never`: not everything could be made of it, and
 * another try would end the same.
 */
export function whenOriginalGoes(
  video: VideoRow & { is_original_unwanted: boolean },
): 'soon' | 'later' | 'never' | null {
  if (video.keeps_original || video.source_key === null) return null
  if (video.is_original_unwanted) return 'soon'
  return whyNoRetry(video) === 'retry_useless' && video.status === 'ready' ? 'never' : 'later'
}

const mostAtOnce = 50

export async function findUnwantedOriginals(database: Kysely<Database>): Promise<string[]> {
  const videos = await unwanted(database).limit(mostAtOnce).execute()
  return videos.map(({ id }) => id)
}

/**
 * First the row, then the bytes: nobody finds a name without its file. False where it is wanted again, or somebody is to make
 * something of it still.
 */
export async function deleteOriginal(
  { database, jobs }: Pick<Catalog, 'database' | 'jobs'>,
  videoId: string,
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    // Locked by everybody who queues work on the file, so that none is begun in between. Only then it is asked what there is:
    // a question that has waited for a lock knows of other tables what they held before.
    await transaction.selectFrom('video').select('id').where('id', '=', videoId).forUpdate().execute()
    const video = await unwanted(transaction)
      .where('id', '=', videoId)
      .where(
        sql<boolean>`NOT EXISTS (
          SELECT 1
          FROM smaller
          WHERE smaller.video_id = video.id AND smaller.prefix = video.published_prefix AND smaller.outcome IS NULL
        )`,
      )
      .executeTakeFirst()
    if (!video) return false
    await transaction
      .updateTable('video')
      // The pictures of the timeline are of what is shown, and stay.
      .set({ source_key: null, storyboard_source_key: null, updated_at: new Date() })
      .where('id', '=', videoId)
      .execute()
    await jobs.queueSweepIn(transaction, video.source_key!, 0)
    return true
  })
}

function unwanted(database: Kysely<Database>) {
  return database.selectFrom('video').select(['id', 'source_key']).where(isUnwanted)
}

/** Asked of a row of `video`: it is whole, with a storyboard or the knowledge that there can be none. */
export const isUnwanted = sql<boolean>`(
  NOT video.keeps_original
  AND video.status = 'ready'
  AND video.source_key IS NOT NULL
  AND video.published_prefix IS NOT NULL
  AND video.former IS NULL
  AND coalesce(video.storyboard_source_key = video.source_key, false)
  -- What could not be made yet may be tried again.
  AND NOT video.flags && ${cutFlags}::text[]
  AND NOT EXISTS (
    SELECT 1
    FROM pgboss.job
    WHERE job.name = ${extraQueue}
    AND job.state IN ('created', 'retry', 'active')
    AND job.data->>'kind' IN ('poster', 'storyboard')
    AND job.data->>'videoId' = video.id
  )
)`
