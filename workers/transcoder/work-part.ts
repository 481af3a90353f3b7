import { claimPart, finishPart, type PartTaken } from '#catalog/parts.ts'
import { closeAttempt, closePublished } from './close-attempt.ts'
import { attemptOf, concludePart } from './conclude-part.ts'
import type { Context } from './context.ts'
import { failpoint } from './failpoint.ts'
import { finishVideo } from './finish-video.ts'
import { giveUpFirst } from './give-up-first.ts'
import { makeFirst } from './make-first.ts'
import { makePictures } from './make-pictures.ts'
import { makeSound } from './make-sound.ts'
import { failForGood } from './outcome.ts'
import { reportPart, silent } from './part-progress.ts'
import type { PartWork } from './part-work.ts'
import { patiently } from './patiently.ts'
import type { Plan } from './plan.ts'
import { fetchSource } from './read-source.ts'
import { reportProgress } from './report-progress.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

interface PartJob {
  kind: 'part' | 'finish'
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
  if (taken.kind === 'gone') return job.kind === 'finish' ? closePublished(context, attemptOf(job)) : undefined
  if (taken.row.kind === 'first') return giveUpFirst(context, taken.claim)
  await failForGood(context, attemptOf(job), 'transcode_failed')
}

async function workClaimed(context: Context, taken: Claimed, claimed: AbortSignal): Promise<void> {
  const { claim, row, video } = taken
  const { catalog, config, stopping } = context
  const plan = taken.plan as Plan
  const name = `${claim.videoId}-a${claim.attempt}-p${claim.part}`
  const stale = new AbortController()
  const onStale = () => stale.abort(new StaleAttempt())
  // The joining is fenced by its publishing, and ends after the video is ready and nobody's any more.
  const report = row.kind === 'finish' ? silent : reportPart(context, claim, plan, onStale)
  const attempt = { ...attemptOf(claim), firstTry: claim.try }
  const progress = reportProgress(context, attempt, onStale)
  let workspace: Workspace | undefined
  try {
    // A disk may be too full even for this.
    workspace = await openWorkspace(config.workFolder, name)
    failpoint(context, 'claimed')
    const result = await makeOf[row.kind]({
      ...{ context, attempt, video, claim, row, plan, source: plan.source, durationS: plan.durationS },
      ...{ progress, tellFrames: report.tellFrames, workspace },
      signal: AbortSignal.any([stopping, claimed, stale.signal]),
    })
    await report.stop()
    failpoint(context, 'before-done')
    if (row.kind === 'finish') await patiently(stopping, () => closeAttempt(context, attempt))
    else if (!(await patiently(stopping, () => finishPart(catalog, claim, result)))) throw new StaleAttempt()
    failpoint(context, 'after-done')
  } catch (error) {
    await report.stop()
    await progress.settle()
    await concludePart(context, taken, error)
  } finally {
    await report.stop()
    await workspace?.remove()
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
