import { randomUUID } from 'node:crypto'
import type { ExtraJob } from '#catalog/extras.ts'
import type { TakenExtra } from '#catalog/jobs.ts'
import { sweepAttemptAfterSeconds } from '#catalog/sweep-times.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { deleteUnpublished } from '../delete-unpublished.ts'
import { isOutage, patiently } from '../patiently.ts'
import { openWorkspace } from '../workspace.ts'
import type { ExtraAsked, ExtraWork } from './extra-work.ts'
import { kindOf } from './kinds.ts'

/**
 * One extra from job to outcome. Whatever becomes of it, the video stays as it is; rejects where another try may help.
 */
export async function workExtra(context: Context, taken: TakenExtra): Promise<void> {
  const { catalog, config } = context
  const { videoId } = taken.data
  const kind = kindOf(taken.data)
  const signal = AbortSignal.any([context.stopping, taken.signal])
  const asked = await patiently(signal, () => findAsked(context, taken.data, signal))
  if (!asked || !(await patiently(signal, () => kind.isWanted(asked)))) return
  if (taken.isSpent) return giveUpSpent(asked)
  const prefix = `videos/${videoId}/extras/${randomUUID()}`
  // Whatever becomes of this process, its leftovers are looked at once more.
  await catalog.jobs.queueSweep(prefix, sweepAttemptAfterSeconds)
  const workspace = await openWorkspace(config.workFolder, `${videoId}-extra-${taken.id}`)
  const work = { ...asked, workspace, prefix }
  try {
    await kind.make(work)
  } catch (error) {
    await conclude(work, taken, error)
  } finally {
    await workspace.remove()
  }
}

/** Its tries have killed their workers; whoever waits for it must hear so all the same. */
async function giveUpSpent(asked: ExtraAsked): Promise<void> {
  const { context, job, signal } = asked
  context.logger.error({ videoId: job.videoId, kind: job.kind }, 'an extra ended with its worker at every try')
  await patiently(signal, () => kindOf(job).giveUp(asked, new AppError('transcode_failed')))
}

/** Null where the video was deleted. */
async function findAsked(context: Context, job: ExtraJob, signal: AbortSignal): Promise<ExtraAsked | null> {
  const videos = context.catalog.database.selectFrom('video').selectAll()
  const video = await videos.where('id', '=', job.videoId).executeTakeFirst()
  return video ? { context, job, video, signal } : null
}

async function conclude(work: ExtraWork, taken: TakenExtra, error: unknown): Promise<void> {
  const { context, job } = work
  const { catalog, logger, stopping } = context
  await patiently(stopping, () => deleteUnpublished(context, job.videoId, [work.prefix])).catch(() => {})
  if (stopping.aborted) {
    // Not the file's fault, so it costs no try: somebody else begins anew.
    await catalog.jobs.queueExtra(undefined, job)
    return
  }
  // Given to somebody else meanwhile, who says what becomes of it.
  if (taken.signal.aborted) throw error
  const told = { err: error, videoId: job.videoId, kind: job.kind, isLastTry: taken.isLastTry }
  const isFull = error instanceof AppError && error.code === 'storage_full'
  const isVerdict = error instanceof AppError && !isOutage(error) && !isFull
  if (!isVerdict && !taken.isLastTry) {
    logger.warn(told, 'an extra failed and is tried again')
    throw error
  }
  logger.info(told, 'an extra can not be made')
  const failure = isVerdict || isFull ? error : new AppError('transcode_failed', undefined, { cause: error })
  await patiently(stopping, () => kindOf(job).giveUp(work, failure))
}
