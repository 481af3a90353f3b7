import { type Kysely, sql, type UpdateObject } from 'kysely'
import type { Attempt } from './attempts.ts'
import type { Database } from './schema.ts'

/**
 * An UPDATE of a video by its worker, by the database's clock. It changes nothing where a later attempt has begun or the
 * video is gone, so that a worker that was paused or presumed dead can't publish.
 */
export function updateCurrent(database: Kysely<Database>, attempt: Attempt, values: UpdateObject<Database, 'video'>) {
  return database
    .updateTable('video')
    .set({ ...values, updated_at: sql<Date>`now()` })
    .where('id', '=', attempt.videoId)
    .where('current_attempt', '=', attempt.number)
}
