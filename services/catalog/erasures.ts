import { type Kysely, sql } from 'kysely'
import type { Database, ErasureRow } from './schema.ts'

/**
 * Asks for the plays of a video to be gone from every disk: those that were opened until now, or all, where the video
 * itself goes. Safe to call again: a new request begins the work anew.
 */
export async function requestErasure(
  database: Kysely<Database>,
  videoId: string,
  { isVideoGone }: { isVideoGone: boolean },
): Promise<Date> {
  const now = new Date()
  const request = { requested_at: now, opened_before: isVideoGone ? null : now, run_at: now }
  await database
    .insertInto('erasure')
    .values({ video_id: videoId, ...request })
    .onConflict((conflict) => conflict.column('video_id').doUpdateSet({ ...request, swept_at: null, erased_at: null }))
    .execute()
  return now
}

/** The last request about a video that is still being looked after, or null. */
export async function findErasure(database: Kysely<Database>, videoId: string): Promise<ErasureRow | null> {
  const row = await database.selectFrom('erasure').selectAll().where('video_id', '=', videoId).executeTakeFirst()
  return row ?? null
}

/** All videos of a person, in one statement however many they are. */
export async function requestErasureOfAll(database: Kysely<Database>, ownerId: string): Promise<Date> {
  const now = new Date()
  await sql`
    INSERT INTO erasure (video_id, requested_at, opened_before, run_at)
    SELECT id, ${now}, ${now}, ${now} FROM video WHERE owner_id = ${ownerId}
    ON CONFLICT (video_id) DO UPDATE SET
      requested_at = excluded.requested_at, opened_before = excluded.opened_before, run_at = excluded.run_at,
      swept_at = NULL, erased_at = NULL
  `.execute(database)
  return now
}
