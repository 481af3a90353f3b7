import { type Kysely, sql } from 'kysely'
import type { VideoStatus } from '#contract/video.ts'
import type { Attempt } from './attempts.ts'
import type { Database } from './schema.ts'

/** Takes back what this attempt has published under `prefix`: it grew into something that may not be shown. Safe to repeat. */
export async function withdrawPublication(database: Kysely<Database>, attempt: Attempt, prefix: string): Promise<void> {
  await database
    .updateTable('video')
    .set({
      // Where it took the place of another file, that one is shown again.
      published_prefix: sql<string | null>`former->>'publishedPrefix'`,
      poster_key: sql<string | null>`former->>'posterKey'`,
      published_at: sql<Date | null>`CASE WHEN former IS NULL THEN NULL ELSE published_at END`,
      status: sql<VideoStatus>`CASE WHEN former IS NULL THEN 'processing' ELSE 'playable' END`,
      updated_at: new Date(),
    })
    .where('id', '=', attempt.videoId)
    .where('current_attempt', '=', attempt.number)
    .where('published_prefix', '=', prefix)
    .execute()
}
