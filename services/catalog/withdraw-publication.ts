import { type Kysely, sql } from 'kysely'
import type { VideoStatus } from '#contract/video.ts'
import type { Attempt } from './attempts.ts'
import type { Database } from './schema.ts'
import { updateCurrent } from './update-current.ts'

/** Takes back what this attempt has published under `prefix`: it grew into something that may not be shown. Safe to repeat. */
export async function withdrawPublication(database: Kysely<Database>, attempt: Attempt, prefix: string): Promise<void> {
  await updateCurrent(database, attempt, {
    // Where it took the place of another file, that one is shown again, with what is known of it.
    published_prefix: sql<string | null>`former->>'publishedPrefix'`,
    poster_key: sql<string | null>`former->>'posterKey'`,
    duration_ms: sql<number>`coalesce((former->>'durationMs')::integer, 0)`,
    width: sql<number>`coalesce((former->>'width')::integer, width)`,
    height: sql<number>`coalesce((former->>'height')::integer, height)`,
    flags: sql<string[]>`ARRAY(SELECT jsonb_array_elements_text(former->'flags'))`,
    published_at: sql<Date | null>`CASE WHEN former IS NULL THEN NULL ELSE published_at END`,
    status: sql<VideoStatus>`CASE WHEN former IS NULL THEN 'processing' ELSE 'playable' END`,
  })
    .where('published_prefix', '=', prefix)
    .execute()
}
