import { randomUUID } from 'node:crypto'
import type { ExtraJob } from '#catalog/extras.ts'
import type { TakenExtra } from '#catalog/jobs.ts'
import { sweepAttemptAfterSeconds } from '#catalog/sweep-times.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { deleteUnpublished } from '../delete-unpublished.ts'
import { type Away, findAway } from '../find-away.ts'
import { isOutage, patiently } from '../patiently.ts'
import { openWorkspace, type Workspace } from '../workspace.ts'
import type { ExtraAsked } from './extra-work.ts'
import { kindOf } from './kinds.ts'
import { watchForEnd } from './watch-for-end.ts'

/**
 * One extra from job to outcome. Whatever becomes of it, the video stays as it is. Resolves with `not_now` where it waits for
 * room, the storage or the database, which costs it nothing; rejects where another try may help.
 */
export async function workExtra(context: Context, taken: TakenExtra): Promise<Outcome> {
  try {
    return await workTaken(context, taken)
  } catch (error) {
    const isOver = context.stopping.aborted || taken.signal.aborted
    const away = isOver ? null : await findAway(context, error)
    if (!away) throw error
    return tellWaits(context, taken.data, { err: error, away })
  }
}

type Outcome = 'not_now' | 'done'

function tellWaits({ logger }: Context, { videoId, kind }: ExtraJob, why: { err: unknown; away: Away }): Outcome {
  logger.warn({ ...why, videoId, kind }, 'an extra waits')
  return 'not_now'
}

async function workTaken(context: Context, taken: TakenExtra): Promise<Outcome> {
  const { catalog, config } = context
  const { videoId } = taken.data
  const kind = kindOf(taken.data)
  const signal = AbortSignal.any([context.stopping, taken.signal])
  const asked = await patiently(signal, () => findAsked(context, taken.data, signal))
  if (!asked || !(await patiently(signal, () => kind.isWanted(asked)))) return 'done'
  if (taken.isSpent) return giveUpSpent(asked)
  const prefix = `videos/${videoId}/extras/${randomUUID()}`
  // Whatever becomes of this process, its leftovers are looked at once more.
  await catalog.jobs.queueSweep(prefix, sweepAttemptAfterSeconds)
  const { ended, stop } = watchForEnd(asked)
  let workspace: Workspace | undefined
  try {
    workspace = await openWorkspace(config.workFolder, `${videoId}-extra-${taken.id}`)
    await kind.make({ ...asked, signal: AbortSignal.any([signal, ended]), workspace, prefix })
    return 'done'
  } catch (error) {
    // Swept later where it can't be deleted now.
    if (!ended.aborted) return await conclude({ ...asked, prefix }, taken, error)
    await deleteUnpublished(context, videoId, [prefix]).catch(() => {})
    return 'done'
  } finally {
    stop()
    await workspace?.remove()
  }
}

/** Its tries have killed their workers; whoever waits for it must hear so all the same. */
async function giveUpSpent(asked: ExtraAsked): Promise<Outcome> {
  const { context, job, signal } = asked
  context.logger.error({ videoId: job.videoId, kind: job.kind }, 'an extra ended with its worker at every try')
  await patiently(signal, () => kindOf(job).giveUp(asked, new AppError('transcode_failed')))
  return 'done'
}

/** Null where the video was deleted. */
async function findAsked(context: Context, job: ExtraJob, signal: AbortSignal): Promise<ExtraAsked | null> {
  const videos = context.catalog.database.selectFrom('video').selectAll()
  const video = await videos.where('id', '=', job.videoId).executeTakeFirst()
  return video ? { context, job, video, signal } : null
}

async function conclude(asked: ExtraAsked & { prefix: string }, taken: TakenExtra, error: unknown): Promise<Outcome> {
  const { context, job } = asked
  const { catalog, logger, stopping } = context
  const away = stopping.aborted || taken.signal.aborted ? null : await findAway(context, error)
  const remove = () => deleteUnpublished(context, job.videoId, [asked.prefix])
  // What can't be deleted now is swept; who is away is waited for elsewhere.
  await (away ? remove() : patiently(stopping, remove)).catch(() => {})
  if (stopping.aborted) {
    // Not the file's fault, so it costs no try: somebody else begins anew.
    await catalog.jobs.queueExtra(undefined, job)
    return 'done'
  }
  // Given to somebody else meanwhile, who says what becomes of it.
  if (taken.signal.aborted) throw error
  // Asked once: a second answer may be another, and would cost a try.
  if (away) return tellWaits(context, job, { err: error, away })
  const told = { err: error, videoId: job.videoId, kind: job.kind, isLastTry: taken.isLastTry }
  const isVerdict = error instanceof AppError && !isOutage(error)
  if (!isVerdict && !taken.isLastTry) {
    logger.warn(told, 'an extra failed and is tried again')
    throw error
  }
  logger.info(told, 'an extra can not be made')
  const failure = isVerdict ? error : new AppError('transcode_failed', undefined, { cause: error })
  await patiently(stopping, () => kindOf(job).giveUp(asked, failure))
  return 'done'
}
