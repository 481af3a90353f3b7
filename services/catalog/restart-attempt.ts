import { type Kysely, sql } from 'kysely'
import { type Attempt, finishAttempt } from './attempts.ts'
import type { Jobs } from './jobs.ts'
import { forgetParts } from './parts.ts'
import type { Database } from './schema.ts'
import { updateCurrent } from './update-current.ts'

/**
 * Gives up what an attempt made and begins another. Who may have one is decided when it is claimed. The attempt is nobody's
 * from here on, so that a worker that is still at one of its parts notices.
 */
export async function restartAttempt(
  { database, jobs }: { database: Kysely<Database>; jobs: Pick<Jobs, 'queueTranscode'> },
  attempt: Attempt,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const next = { current_attempt: sql<number>`current_attempt + 1`, progress: null }
    const { numUpdatedRows } = await updateCurrent(transaction, attempt, next).executeTakeFirst()
    await finishAttempt(transaction, attempt, 'again')
    await forgetParts(transaction, attempt)
    if (numUpdatedRows > 0n) await jobs.queueTranscode(transaction, attempt.videoId)
  })
}
