import { type Attempt, finishAttempt, isSpent, openStatuses, restartAttempt } from '#catalog/attempts.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import type { PartRow } from '#catalog/part-tables.ts'
import { claimPart, finishPart, forgetParts, type PartClaim, type PartTaken, releasePart } from '#catalog/parts.ts'
import type { Context } from './context.ts'
import { deleteOwnTry } from './delete-own-try.ts'
import { endForGood } from './end-growth.ts'
import { failpoint } from './failpoint.ts'
import { finishVideo } from './finish-video.ts'
import { isNeighbourAway } from './is-neighbour-away.ts'
import { makeFirst } from './make-first.ts'
import { makePictures } from './make-pictures.ts'
import { makeSound } from './make-sound.ts'
import { OutputFault } from './media/hls/verify-output.ts'
import { cleanUp, failForGood, outcomeOf } from './outcome.ts'
import { reportPart, silent } from './part-progress.ts'
import type { PartWork } from './part-work.ts'
import { patiently } from './patiently.ts'
import type { Plan } from './plan.ts'
import { fetchSource } from './read-source.ts'
import { reportProgress } from './report-progress.ts'
import { clearShelf } from './source-shelf.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { openWorkspace } from './workspace.ts'

interface PartJob {
  videoId: string
  attempt: number
  part: number
  jobId: string
  signal: AbortSignal
}

type Claimed = Extract<PartTaken, { kind: 'claimed' }>

/** One part from claim to outcome; resolves and rejects as `workJob` does. */
export async function workPart(context: Context, job: PartJob): Promise<void> {
  const { database } = context.catalog
  const taken = await claimPart(database, { ...job, worker: context.config.workerName })
  if (taken.kind === 'claimed') return workClaimed(context, taken, job.signal)
  if (taken.kind === 'spent') await failForGood(context, attemptOf(job), 'transcode_failed')
}

async function workClaimed(context: Context, taken: Claimed, claimed: AbortSignal): Promise<void> {
  const { claim, row, video } = taken
  const { catalog, config, stopping } = context
  const plan = taken.plan as Plan
  const stale = new AbortController()
  const onStale = () => stale.abort(new StaleAttempt())
  // The joining is fenced by its publishing, and ends after the video is ready and nobody's any more.
  const report = row.kind === 'finish' ? silent : reportPart(context, claim, plan, onStale)
  const attempt = { ...attemptOf(claim), firstTry: claim.try }
  const work: PartWork = {
    ...{ context, attempt, video, claim, row, plan, source: plan.source, durationS: plan.durationS },
    progress: reportProgress(context, attempt, onStale),
    tellFrames: report.tellFrames,
    workspace: await openWorkspace(config.workFolder, `${claim.videoId}-a${claim.attempt}-p${claim.part}`),
    signal: AbortSignal.any([stopping, claimed, stale.signal]),
  }
  try {
    failpoint(context, 'claimed')
    const result = await makeOf[row.kind](work)
    await report.stop()
    failpoint(context, 'before-done')
    if (row.kind === 'finish') await patiently(stopping, () => close(context, attempt))
    else if (!(await patiently(stopping, () => finishPart(catalog, claim, result)))) throw new StaleAttempt()
    failpoint(context, 'after-done')
  } catch (error) {
    await report.stop()
    await work.progress.settle()
    await concludePart(context, taken, error)
  } finally {
    await report.stop()
    await work.workspace.remove()
  }
}

const makeOf: Record<Claimed['row']['kind'], (work: PartWork) => Promise<object>> = {
  first: async (work) => {
    await fetchSource(work)
    return { posterKey: await makeFirst(work) }
  },
  pictures: async (work) => {
    await fetchSource(work)
    return makePictures(work)
  },
  sound: async (work) => {
    await fetchSource(work)
    return makeSound(work)
  },
  finish: async (work) => {
    await finishVideo(work)
    return {}
  },
}

async function close(context: Context, attempt: Attempt): Promise<void> {
  await finishAttempt(context.catalog.database, attempt, 'ready')
  await forgetParts(context.catalog.database, attempt)
  await clearShelf(context)
}

/** Ends a part that did not succeed; throws the error again where another try may. */
export async function concludePart(
  context: Context,
  { claim, row }: { claim: PartClaim; row: Pick<PartRow, 'kind' | 'tries_spent'> },
  error: unknown,
): Promise<void> {
  const { catalog, logger, stopping } = context
  const { database } = catalog
  const attempt = attemptOf(claim)
  if (stopping.aborted || (await isNeighbourAway(context, error))) {
    await patiently(stopping, () => releasePart(database, claim, { isFree: true }))
    throw error
  }
  await patiently(stopping, async () => {
    // What is wrong with the whole is not mended by joining it again.
    const isFaulty = error instanceof OutputFault && row.kind === 'finish'
    const hasNoTryLeft = async () => (isFaulty ? isSpent(database, claim.videoId) : row.tries_spent >= maxAttempts)
    const outcome = await outcomeOf(context, attempt, error, hasNoTryLeft)
    logger[outcome === 'again' || outcome === 'transcode_failed' ? 'error' : 'info'](
      { err: error, ...claim, kind: row.kind, outcome },
      'a part failed',
    )
    if (outcome === 'stale') return cleanUpStale(context, claim)
    if (outcome !== 'again') {
      // Without a first version people wait longer; that is all.
      if (row.kind === 'first' && outcome === 'transcode_failed') return void (await finishPart(catalog, claim, {}))
      return failForGood(context, attempt, outcome, error)
    }
    if (isFaulty) return startAnew(context, attempt)
    await releasePart(database, claim, { isFree: false })
    throw new TryAgain(error)
  }).catch((thrown) => {
    throw thrown instanceof TryAgain ? thrown.cause : thrown
  })
}

/** Carries an error past the patience for outages of our own stores. */
class TryAgain extends Error {
  constructor(cause: unknown) {
    super('another try', { cause })
  }
}

/** A part that another worker has by now is left to it; an attempt that nobody has is cleared away. */
async function cleanUpStale(context: Context, claim: PartClaim): Promise<void> {
  const attempt = attemptOf(claim)
  const video = await context.catalog.database
    .selectFrom('video')
    .select(['current_attempt', 'status'])
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  if (video?.current_attempt === attempt.number) return deleteOwnTry(context, claim)
  if (video && !openStatuses.includes(video.status)) await endForGood(context, attempt.videoId)
  await cleanUp(context, attempt)
}

async function startAnew(context: Context, attempt: Attempt): Promise<void> {
  await restartAttempt(context.catalog, attempt)
  await cleanUp(context, attempt)
}

function attemptOf({ videoId, attempt }: { videoId: string; attempt: number }): Attempt {
  return { videoId, number: attempt }
}
