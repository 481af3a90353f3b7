import { isCurrent, isSpent, takeAbandoned } from '#catalog/attempts.ts'
import { takeAbandonedParts } from '#catalog/parts.ts'
import type { Context } from './context.ts'
import { deleteUnpublishedOf } from './delete-unpublished.ts'
import { failForGood } from './outcome.ts'

/**
 * Cleans up after a former process of this worker that was killed, and gives its jobs back at once instead of
 * letting them wait until their heartbeats are missed.
 */
export async function recoverAbandoned(context: Context): Promise<void> {
  await recoverAttempts(context)
  await recoverParts(context)
}

async function recoverAttempts(context: Context): Promise<void> {
  const { catalog, config, logger } = context
  for (const attempt of await takeAbandoned(catalog.database, config.workerName)) {
    logger.warn({ videoId: attempt.videoId, attempt: attempt.number }, 'a former process was killed with this attempt')
    await deleteUnpublishedOf(context, attempt)
    // Where a later attempt has begun, another worker holds the job, and giving it back would take it away from there.
    if (!(await isCurrent(catalog.database, attempt))) continue
    // After the last one the queue gives the job to nobody any more, so the end is told here.
    if (await isSpent(catalog.database, attempt.videoId)) await failForGood(context, attempt, 'transcode_failed')
    else await catalog.jobs.handBack(attempt.jobId)
  }
}

/** Only the part is lost; the others of its attempt go on. Whether it has tries left is decided when it is claimed. */
async function recoverParts(context: Context): Promise<void> {
  const { catalog, config, logger } = context
  for (const row of await takeAbandonedParts(catalog.database, config.workerName)) {
    const { video_id: videoId, attempt: number, part } = row
    logger.warn({ videoId, attempt: number, part }, 'a former process was killed with this part')
    if (row.job_id) await catalog.jobs.handBack(row.job_id)
  }
}
