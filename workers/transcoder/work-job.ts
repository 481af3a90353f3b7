import type { Job } from 'pg-boss'
import {
  type Attempt,
  claimAttempt,
  failVideo,
  finishAttempt,
  isCurrent,
  isSpent,
  stoppedOutcome,
} from '#catalog/attempts.ts'
import type { TranscodeJob } from '#catalog/jobs.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { AppError, type ErrorCode, errors } from '#contract/errors.ts'
import type { Context } from './context.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { endForGood } from './end-growth.ts'
import { patiently } from './patiently.ts'
import { attemptParts, attemptPrefix } from './prefixes.ts'
import { reportProgress } from './report-progress.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { sweepAttemptAfterSeconds } from './sweep-prefix.ts'
import { transcodeVideo } from './transcode-video.ts'
import { openWorkspace } from './workspace.ts'

type TakenJob = Pick<Job<TranscodeJob>, 'id' | 'data' | 'signal'>

/**
 * One job from claim to outcome. Resolves when there is nothing more to do about it, be it done, failed for good or
 * somebody else's by now; rejects when it should be tried again.
 */
export async function workJob(context: Context, job: TakenJob): Promise<void> {
  const { database, jobs } = context.catalog
  const { videoId } = job.data
  const claim = await claimAttempt(database, { videoId, jobId: job.id, worker: context.config.workerName })
  if (claim.kind === 'gone') return
  if (claim.kind === 'spent') return failSpent(context, videoId)
  // Whatever becomes of this process, the attempt's leftovers are looked at once more.
  await jobs.queueSweep(attemptPrefix(claim.attempt), sweepAttemptAfterSeconds)
  await workAttempt(context, claim.attempt, claim.video, job.signal)
}

/** The queue gives out a job whose attempts were all counted: its workers were killed with it. */
async function failSpent(context: Context, videoId: string): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select('current_attempt')
    .where('id', '=', videoId)
    .executeTakeFirst()
  if (video) await fail(context, { videoId, number: video.current_attempt }, 'transcode_failed')
}

async function workAttempt(context: Context, attempt: Attempt, video: VideoRow, claimed: AbortSignal): Promise<void> {
  const stale = new AbortController()
  const work = {
    context,
    attempt,
    video,
    progress: reportProgress(context, attempt, () => stale.abort(new StaleAttempt())),
    workspace: await openWorkspace(context.config.workFolder, `${attempt.videoId}-a${attempt.number}`),
    signal: AbortSignal.any([context.stopping, claimed, stale.signal]),
  }
  try {
    await transcodeVideo(work)
    await patiently(context.stopping, () => finishAttempt(context.catalog.database, attempt, 'ready'))
  } catch (error) {
    await work.progress.settle()
    await conclude(context, attempt, error)
  } finally {
    await work.workspace.remove()
  }
}

/** Ends an attempt that did not succeed; throws the error again where another attempt may. */
async function conclude(context: Context, attempt: Attempt, error: unknown): Promise<void> {
  const { catalog, logger, stopping } = context
  const outcome = stopping.aborted ? stoppedOutcome : await outcomeOf(context, attempt, error)
  const told = { err: error, videoId: attempt.videoId, attempt: attempt.number, outcome }
  if (outcome === 'again' || outcome === 'transcode_failed') logger.error(told, 'an attempt failed')
  else logger.info(told, 'an attempt ended')
  await patiently(stopping, async () => {
    if (outcome in errors) await fail(context, attempt, outcome as ErrorCode, error)
    await deleteUnpublished(context, attempt.videoId, Object.values(attemptParts(attempt)))
    await finishAttempt(catalog.database, attempt, outcome)
  })
  if (outcome === 'again' || outcome === stoppedOutcome) throw error
}

/** Codes that tell the owner what is wrong with the file; another attempt would end the same. */
const verdicts = new Set<string>([
  'not_a_video',
  'no_video',
  'truncated',
  'no_frames',
  'encrypted',
  'codec_unsupported',
  'dimensions',
  'too_long',
  'resource_limit',
  'output_limit',
] satisfies ErrorCode[])

async function outcomeOf(context: Context, attempt: Attempt, error: unknown): Promise<ErrorCode | 'stale' | 'again'> {
  if (error instanceof StaleAttempt) return 'stale'
  if (error instanceof AppError && verdicts.has(error.code)) return error.code
  const { database } = context.catalog
  return patiently(context.stopping, async () => {
    // A video that is deleted takes its objects away from under the work, which is noticed in many ways.
    if (!(await isCurrent(database, attempt))) return 'stale'
    return (await isSpent(database, attempt.videoId)) ? 'transcode_failed' : 'again'
  })
}

async function fail(context: Context, attempt: Attempt, code: ErrorCode, error?: unknown): Promise<void> {
  const message = error instanceof AppError && error.code === code ? error.message : errors[code].message
  await endForGood(context, attempt.videoId)
  await failVideo(context.catalog.database, attempt, { code, message })
}
