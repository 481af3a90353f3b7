import { AppError, type ErrorCode } from '#contract/errors.ts'
import { isWorthAnotherTry } from '#contract/making-failures.ts'
import { unfinishedStatuses } from '#contract/video.ts'
import { dropWaitingJobs } from './drop-waiting-jobs.ts'
import { replaceFailedFlag } from './former-file.ts'
import type { Catalog } from './open-catalog.ts'
import { forgetParts } from './parts.ts'
import type { VideoRow } from './schema.ts'

/**
 * Begins anew with the file of a video that failed or was stopped; what viewers are shown of it stays until there is better.
 * Where it is being made already nothing changes, so that asking twice is asking once. Throws what `whyNoRetry` tells, and
 * `not_found` where the video is gone.
 */
export async function retryVideo(
  { database, jobs }: Pick<Catalog, 'database' | 'jobs'>,
  videoId: string,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .selectAll()
      .where('id', '=', videoId)
      .forUpdate()
      .executeTakeFirst()
    if (!video) throw new AppError('not_found')
    if (unfinishedStatuses.includes(video.status)) return
    const reason = whyNoRetry(video)
    if (reason) throw new AppError(reason)
    const attempt = video.current_attempt + 1
    await dropWaitingJobs(transaction, videoId)
    await forgetParts(transaction, { videoId, number: video.current_attempt })
    await transaction
      .updateTable('video')
      .set({
        // Nobody's number, and all tries before it are forgotten: this one gets as many as a new file does.
        current_attempt: attempt,
        former_attempts: attempt,
        status: video.published_prefix ? 'playable' : 'queued',
        failure_code: null,
        failure_message: null,
        progress: null,
        flags: video.flags.filter((flag) => !flagsOfFailure.includes(flag)),
        updated_at: new Date(),
      })
      .where('id', '=', videoId)
      .execute()
    await jobs.queueTranscode(transaction, videoId)
  })
}

/** Of a video that is shown though not all of it could be made. */
export const cutFlags = ['ladder_failed', 'cancelled']
const flagsOfFailure = [...cutFlags, replaceFailedFlag]

type Retried = Pick<VideoRow, 'status' | 'source_key' | 'published_prefix' | 'failure_code' | 'flags'>

/** Null where another try makes sense. */
export function whyNoRetry({ status, source_key, published_prefix, failure_code, flags }: Retried): ErrorCode | null {
  const isCut = status === 'ready' && flags.some((flag) => cutFlags.includes(flag))
  if (status !== 'failed' && !isCut) return 'nothing_to_retry'
  if (source_key === null) return published_prefix ? 'original_deleted' : 'nothing_to_retry'
  // What was said last was said of the file that could not take this one's place.
  const isOfOther = flags.includes(replaceFailedFlag)
  return isOfOther || isWorthAnotherTry(failure_code) ? null : 'retry_useless'
}
