import type { SweepJob } from '#catalog/jobs.ts'
import type { Context } from './context.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { videoOf } from './prefixes.ts'

/** Players that began with an older version may still be at it; nobody watches for longer than this without a reload. */
export const sweepAfterSeconds = 12 * 60 * 60

/** No attempt takes longer, so what is still there and not shown by then was left by a worker that never came back. */
export const sweepAttemptAfterSeconds = 48 * 60 * 60

export async function sweepPrefix(
  context: Pick<Context, 'catalog' | 'storage' | 'logger'>,
  job: SweepJob,
): Promise<void> {
  const videoId = videoOf(job.prefix)
  if (!videoId) return context.logger.warn({ prefix: job.prefix }, 'asked to sweep what is not a video; left alone')
  await deleteUnpublished(context, videoId, [job.prefix])
}
