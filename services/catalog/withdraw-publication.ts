import type { Kysely } from 'kysely'
import type { Attempt } from './attempts.ts'
import type { Database } from './schema.ts'

/** Takes back what this attempt has published under `prefix`: it grew into something that may not be shown. Safe to repeat. */
export async function withdrawPublication(database: Kysely<Database>, attempt: Attempt, prefix: string): Promise<void> {
  await database
    .updateTable('video')
    .set({ published_prefix: null, published_at: null, poster_key: null, status: 'processing', updated_at: new Date() })
    .where('id', '=', attempt.videoId)
    .where('current_attempt', '=', attempt.number)
    .where('published_prefix', '=', prefix)
    .execute()
}
