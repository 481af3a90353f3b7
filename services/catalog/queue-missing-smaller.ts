import { sql } from 'kysely'
import { transcodeQueue } from './jobs.ts'
import type { Catalog } from './open-catalog.ts'

// A few seconds are sent before a choice of codec could pay, and many small videos are not worth a core for minutes.
const leastMs = 20_000
// Below this a whole video takes less than its poster.
const leastShortSide = 360
const mostAtOnce = 10

/** Queues the latest videos that are long and large enough and were not looked at yet. Gives their ids. */
export async function queueMissingSmaller({ database, jobs }: Pick<Catalog, 'database' | 'jobs'>): Promise<string[]> {
  const videos = await database
    .selectFrom('video')
    .select('id')
    .where('status', '=', 'ready')
    .where('source_key', 'is not', null)
    .where('published_prefix', 'like', '%/ladder')
    .where('duration_ms', '>=', leastMs)
    .where(sql<boolean>`least(width, height) >= ${leastShortSide}`)
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM smaller
        WHERE smaller.video_id = video.id
        AND smaller.prefix = video.published_prefix
        AND smaller.outcome IS NOT NULL
      )`,
    )
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM pgboss.job
        WHERE job.name = ${transcodeQueue}
        AND job.state IN ('created', 'retry', 'active')
        AND job.data->>'kind' = 'smaller'
        AND job.data->>'videoId' = video.id
      )`,
    )
    .orderBy('published_at', 'desc')
    .limit(mostAtOnce)
    .execute()
  for (const { id } of videos) await jobs.queueSmaller(id)
  return videos.map(({ id }) => id)
}
