import { sql } from 'kysely'
import { extraQueue } from './extras.ts'
import { isOfPresentFile, shownSourceKey } from './former-file.ts'
import type { Catalog } from './open-catalog.ts'
import type { VideoRow } from './schema.ts'
import { sweepAfterSeconds } from './sweep-times.ts'

type Stores = Pick<Catalog, 'database' | 'jobs'>

// Many old videos after an update of the site are made one after the other anyway.
const mostAtOnce = 50

/**
 * Gives a job to every video that can be watched and is not worked on, has no storyboard of its source and was not tried in vain: what a crash
 * between publishing and queueing forgot, files that came back because another one failed, and videos from before there
 * were storyboards. Gives the ids.
 * A video that is queued twice costs the second job one look at its row.
 */
export async function queueMissingStoryboards({ database, jobs }: Stores): Promise<string[]> {
  const videos = await database
    .selectFrom('video')
    .select(['id', 'source_key'])
    .where('published_prefix', 'is not', null)
    .where('source_key', 'is not', null)
    // While the rest of it is made one may be put off; whoever publishes all of it queues it again.
    .where('status', '!=', 'playable')
    // What viewers see may still be of the file before; whoever publishes the new one queues it.
    .where('former', 'is', null)
    .where(sql<boolean>`storyboard_source_key IS DISTINCT FROM source_key`)
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM pgboss.job
        WHERE job.name = ${extraQueue}
        -- One that is done was of the same file before another took its place for a while.
        AND job.state NOT IN ('completed', 'cancelled')
        AND job.data->>'kind' = 'storyboard'
        AND job.data->>'videoId' = video.id
        AND job.data->>'sourceKey' = video.source_key
      )`,
    )
    .limit(mostAtOnce)
    .execute()
  for (const { id, source_key } of videos) await queueStoryboard({ jobs }, id, source_key!)
  return videos.map(({ id }) => id)
}

/** Of the file that is shown; null until it is made. */
export function shownStoryboardPrefix(video: VideoRow): string | null {
  const { former } = video
  // While the former file is shown, its pictures may have been taken out of the row already.
  if (former?.storyboardPrefix !== undefined && !isOfPresentFile(video))
    return former.storyboardSourceKey === former.sourceKey ? former.storyboardPrefix : null
  return video.storyboard_source_key === shownSourceKey(video) ? video.storyboard_prefix : null
}

export async function queueStoryboard(
  { jobs }: Pick<Stores, 'jobs'>,
  videoId: string,
  sourceKey: string,
): Promise<void> {
  await jobs.queueExtra(undefined, { version: 1, kind: 'storyboard', videoId, sourceKey })
}

/**
 * The one switch to a new storyboard, or to none (`prefix` null) where none can be made of this source.
 * False where the video is gone or has another source by now; the prefix is then nobody's.
 */
export async function recordStoryboard(
  { database, jobs }: Stores,
  made: { videoId: string; sourceKey: string; prefix: string | null },
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const former = await transaction
      .selectFrom('video')
      .select('storyboard_prefix')
      .where('id', '=', made.videoId)
      .where('source_key', '=', made.sourceKey)
      .forUpdate()
      .executeTakeFirst()
    if (!former) return false
    await transaction
      .updateTable('video')
      .set({ storyboard_prefix: made.prefix, storyboard_source_key: made.sourceKey })
      .where('id', '=', made.videoId)
      .execute()
    if (former.storyboard_prefix && former.storyboard_prefix !== made.prefix)
      await jobs.queueSweepIn(transaction, former.storyboard_prefix, sweepAfterSeconds)
    return true
  })
}
