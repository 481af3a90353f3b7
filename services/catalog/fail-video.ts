import type { Kysely } from 'kysely'
import { unfinishedStatuses } from '#contract/video.ts'
import type { Attempt } from './attempts.ts'
import { restoredFrom } from './former-file.ts'
import type { Database } from './schema.ts'
import { updateCurrent } from './update-current.ts'

/**
 * The end of the work on a video that can't be processed. Where something was published before, viewers keep it:
 * the video stays watchable and says by a flag that sharper versions will not come.
 * The attempt is nobody's from here on, so that everybody who still works on the video notices.
 */
export async function failVideo(
  database: Kysely<Database>,
  attempt: Attempt,
  failure: { code: string; message: string; flag?: string },
): Promise<boolean> {
  const { code, message, flag = 'ladder_failed' } = failure
  const told = { failure_code: code, failure_message: message, progress: null, current_attempt: attempt.number + 1 }
  if (!database.isTransaction)
    return database.transaction().execute((transaction) => failVideo(transaction, attempt, failure))
  // Locked, for somebody may be publishing; what is whole already did not fail, however its worker ended.
  const video = await database
    .selectFrom('video')
    .select(['published_prefix', 'flags', 'former'])
    .where('id', '=', attempt.videoId)
    .where('status', 'in', unfinishedStatuses)
    .forUpdate()
    .executeTakeFirst()
  if (!video) return false
  // The file that was replaced is shown again, with all that was known of it.
  const end = video.former
    ? { ...restoredFrom(video.former, flag === 'cancelled'), former_attempts: attempt.number + 1 }
    : video.published_prefix
      ? { status: 'ready' as const, flags: [...new Set([...video.flags, flag])] }
      : { status: 'failed' as const }
  const result = await updateCurrent(database, attempt, { ...told, ...end }).executeTakeFirst()
  return result.numUpdatedRows > 0n
}
