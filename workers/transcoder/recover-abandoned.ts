import { failVideo, isCurrent, isSpent, takeAbandoned } from '#catalog/attempts.ts'
import { errors } from '#contract/errors.ts'
import type { Context } from './context.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { endForGood } from './end-growth.ts'
import { attemptParts } from './prefixes.ts'

/**
 * Cleans up after a former process of this worker that was killed, and gives its jobs back at once instead of
 * letting them wait until their heartbeats are missed.
 */
export async function recoverAbandoned(context: Context): Promise<void> {
  const { catalog, config, logger } = context
  for (const attempt of await takeAbandoned(catalog.database, config.workerName)) {
    logger.warn({ videoId: attempt.videoId, attempt: attempt.number }, 'a former process was killed with this attempt')
    await deleteUnpublished(context, attempt.videoId, Object.values(attemptParts(attempt)))
    // After the last one the queue gives the job to nobody any more, so the end is told here.
    if (await isSpent(catalog.database, attempt.videoId)) {
      await endForGood(context, attempt.videoId)
      await failVideo(catalog.database, attempt, { code: 'transcode_failed', message: errors.transcode_failed.message })
    }
    // Where a later attempt has begun, another worker holds the job, and giving it back would take it away from there.
    if (await isCurrent(catalog.database, attempt)) await catalog.jobs.handBack(attempt.jobId)
  }
}
