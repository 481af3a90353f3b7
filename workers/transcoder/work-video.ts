import { attemptPrefix } from '#catalog/attempt-prefix.ts'
import { type Attempt, finishAttempt, isSpent, stoppedOutcome } from '#catalog/attempts.ts'
import { claimAttempt } from '#catalog/claim-attempt.ts'
import { findFirstPart } from '#catalog/part-sums.ts'
import { finishPart, type PartClaim } from '#catalog/parts.ts'
import { planParts } from '#catalog/plan-parts.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { sweepAttemptAfterSeconds } from '#catalog/sweep-times.ts'
import { unfinishedStatuses } from '#contract/video.ts'
import { concludePart } from './conclude-part.ts'
import type { Context } from './context.ts'
import { failpoint } from './failpoint.ts'
import { findAway } from './find-away.ts'
import { makeFirst } from './make-first.ts'
import { cleanUp, failForGood, outcomeOf } from './outcome.ts'
import { patiently } from './patiently.ts'
import { makePlan } from './plan.ts'
import { readSource } from './read-source.ts'
import { reportProgress } from './report-progress.ts'
import { requireRoomForSource } from './room-for-source.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { tellWaiting } from './tell-waiting.ts'
import { together } from './together.ts'
import type { ReadWork, Work } from './work.ts'
import { workPart } from './work-part.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

interface VideoJob {
  videoId: string
  jobId: string
  signal: AbortSignal
}

/** Begins an attempt at a video; resolves and rejects as `workJob` does. */
export async function workVideo(context: Context, job: VideoJob): Promise<void> {
  const { database, jobs } = context.catalog
  const { videoId, jobId } = job
  await requireRoom(context, videoId)
  const claim = await claimAttempt(database, { videoId, jobId, worker: context.config.workerName })
  if (claim.kind === 'gone') return
  if (claim.kind === 'spent') return failSpent(context, videoId)
  if (claim.kind === 'planned') return goOn(context, claim.attempt, job)
  // Whatever becomes of this process, the attempt's leftovers are looked at once more.
  await jobs.queueSweep(attemptPrefix(claim.attempt), sweepAttemptAfterSeconds)
  failpoint(context, 'claimed')
  await workAttempt(context, claim.attempt, claim.video, job)
}

/** Waiting for room is no attempt. */
async function requireRoom(context: Context, videoId: string): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select(['current_attempt', 'source_key', 'source_bytes'])
    .where('id', '=', videoId)
    .where('status', 'in', unfinishedStatuses)
    .executeTakeFirst()
  if (!video) return
  await requireRoomForSource(context, video).catch(async (error) => {
    if ((await findAway(context, error)) !== 'room') return
    await tellWaiting(context, { videoId, number: video.current_attempt }, 'room')
    throw error
  })
}

/** The queue gives out a job whose attempts were all counted: its workers were killed with it. */
async function failSpent(context: Context, videoId: string): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select('current_attempt')
    .where('id', '=', videoId)
    .executeTakeFirst()
  if (video) await failForGood(context, { videoId, number: video.current_attempt }, 'transcode_failed')
}

/** The worker that planned was lost while it made the first version; everything else is in others' hands. */
async function goOn(context: Context, attempt: Attempt, { jobId, signal }: VideoJob): Promise<void> {
  const part = await findFirstPart(context.catalog.database, attempt)
  if (part === null) return
  await workPart(context, { kind: 'part', videoId: attempt.videoId, attempt: attempt.number, part, jobId, signal })
}

async function workAttempt(context: Context, attempt: Attempt, video: VideoRow, job: VideoJob): Promise<void> {
  const stale = new AbortController()
  const progress = reportProgress(context, attempt, () => stale.abort(new StaleAttempt()))
  const signal = AbortSignal.any([context.stopping, job.signal, stale.signal])
  let held: PartClaim | null = null
  const mayMakeWay = () => held !== null
  const onPlanned = (claim: PartClaim) => {
    held = claim
  }
  let workspace: Workspace | undefined
  try {
    // A disk may be too full even for this.
    workspace = await openWorkspace(context.config.workFolder, `${attempt.videoId}-a${attempt.number}`)
    const work = { context, attempt, video, progress, workspace, signal }
    await begin(work, job.jobId, { onPlanned, mayMakeWay })
  } catch (error) {
    await progress.settle()
    if (held) await concludePart(context, { claim: held, row: firstTry }, error)
    else await conclude(context, attempt, error)
  } finally {
    await progress.settle()
    await workspace?.remove()
  }
}

const firstTry = { kind: 'first' as const, tries_spent: 1 }

/**
 * Reads the source and makes the first version. Once people can watch, or it is known that they can't yet, the rest is cut
 * into parts that any worker may take: until then all processors are left to this.
 */
async function begin(
  work: Work,
  jobId: string,
  { onPlanned, mayMakeWay }: { onPlanned(claim: PartClaim): void; mayMakeWay(): boolean },
): Promise<void> {
  const read = await readSource(work)
  const { catalog } = work.context
  const watchable = Promise.withResolvers<void>()
  const ears = { onWatchable: watchable.resolve, mayMakeWay }
  const [posterKey, claim] = await together(work.signal, (signal) => [
    makeFirst({ ...read, signal }, ears),
    watchable.promise.then(async () => {
      const planned = await plan({ ...read, signal }, jobId)
      onPlanned(planned)
      return planned
    }),
  ])
  if (!(await patiently(work.signal, () => finishPart(catalog, claim, { posterKey })))) throw new StaleAttempt()
}

async function plan(read: ReadWork, jobId: string): Promise<PartClaim> {
  const { context, attempt, signal } = read
  const made = await makePlan(read)
  const planned = { ...made, worker: context.config.workerName, jobId }
  const claim = await patiently(signal, () => planParts(context.catalog, attempt, planned))
  if (!claim) throw new StaleAttempt()
  return claim
}

/** Ends an attempt that came to no plan; throws the error again where another attempt may. */
async function conclude(context: Context, attempt: Attempt, error: unknown): Promise<void> {
  const { catalog, logger, stopping } = context
  const { database } = catalog
  const away = stopping.aborted ? null : await findAway(context, error)
  const outcome =
    stopping.aborted || away
      ? stoppedOutcome
      : await patiently(stopping, () => outcomeOf(context, attempt, error, () => isSpent(database, attempt.videoId)))
  const told = { err: error, videoId: attempt.videoId, attempt: attempt.number, outcome }
  if (outcome === 'again' || outcome === 'transcode_failed') logger.error(told, 'an attempt failed')
  else logger.info(told, 'an attempt ended')
  const isOver = outcome !== 'again' && outcome !== 'stale' && outcome !== stoppedOutcome
  await patiently(stopping, async () => {
    if (isOver) return failForGood(context, attempt, outcome, error)
    // First of all it is said whether this cost a try; what can't be deleted now is swept.
    await finishAttempt(database, attempt, outcome)
    if (away) await tellWaiting(context, attempt, away)
    await cleanUp(context, attempt)
  })
  if (outcome === 'again' || outcome === stoppedOutcome) throw error
}
