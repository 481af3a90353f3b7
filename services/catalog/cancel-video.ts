import { errors } from '#contract/errors.ts'
import { unfinishedStatuses } from '#contract/video.ts'
import { sweepAttempt } from './attempt-prefix.ts'
import { failVideo } from './fail-video.ts'
import type { Catalog } from './open-catalog.ts'
import { forgetParts } from './parts.ts'

/**
 * Ends the work on a video: what was published stays and is final, else the video has failed by its owner's own wish.
 * False where there is nothing to end. Workers notice at their next word, and what they made is swept.
 */
export async function cancelVideo(
  { database, jobs }: Pick<Catalog, 'database' | 'jobs'>,
  videoId: string,
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .select(['current_attempt', 'former', 'source_key'])
      .where('id', '=', videoId)
      .where('status', 'in', unfinishedStatuses)
      .forUpdate()
      .executeTakeFirst()
    if (!video) return false
    const attempt = { videoId, number: video.current_attempt }
    const message = video.former ? stoppedReplacement : errors.cancelled.message
    await failVideo(transaction, attempt, { code: 'cancelled', message, flag: 'cancelled' })
    await forgetParts(transaction, attempt)
    // A new file was given up for the one before, which is shown again.
    if (video.former && video.source_key) await jobs.queueSweepIn(transaction, video.source_key, 0)
    await sweepAttempt(transaction, jobs, attempt)
    return true
  })
}

const stoppedReplacement =
  'The work on the new file was stopped, as you wished, and that file is gone; the video is what it was before.'
