import { maxAttempts } from '#catalog/jobs.ts'
import {
  claimSmaller,
  closeSmaller,
  isTranscodeBusy,
  recordSmaller,
  releaseSmaller,
  type SmallerTaken,
} from '#catalog/smaller.ts'
import type { Context } from '../context.ts'
import { patiently } from '../patiently.ts'
import { fetchSource } from '../read-source.ts'
import { StaleAttempt } from '../stale-attempt.ts'
import { openWorkspace } from '../workspace.ts'
import { makeSmallerPart } from './make-smaller-part.ts'
import { folderOf } from './places.ts'
import { planSmaller } from './plan-smaller.ts'
import { publishSmaller } from './publish-smaller.ts'
import { nextStep, type SmallerState } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'
import { tryRateFactors } from './try-rate-factors.ts'
import { whileIdle } from './while-idle.ts'

interface SmallerJob {
  videoId: string
  signal: AbortSignal
}

type Claimed = Extract<SmallerTaken, { kind: 'claimed' }>

/**
 * Makes AV1 of what is published, step by step, for as long as nothing else is to be made. Resolves with `not_now` where
 * it should go on later; rejects where something went wrong and another try may help.
 */
export async function workSmaller(context: Context, job: SmallerJob): Promise<'not_now' | 'done'> {
  const { database } = context.catalog
  // Others may have been told to do it.
  if (!context.config.makeSmaller || (await isTranscodeBusy(database))) return 'not_now'
  const taken = await claimSmaller(database, job.videoId)
  if (taken.kind === 'gone') return 'done'
  const { claim, video } = taken
  const idle = whileIdle(context)
  const signal = AbortSignal.any([context.stopping, job.signal, idle.signal])
  const workspace = await openWorkspace(context.config.workFolder, `${claim.videoId}-smaller`)
  try {
    await work({ context, claim, video, workspace, signal }, taken.state)
    return 'done'
  } catch (error) {
    return await conclude(context, taken, { error, isTold: idle.signal.aborted || context.stopping.aborted })
  } finally {
    idle.end()
    await workspace.remove()
  }
}

async function work(work: SmallerWork, former: SmallerState): Promise<void> {
  const { database } = work.context.catalog
  await fetchSource(work)
  for (let state = former; ; ) {
    const step = nextStep(state)
    if (step.kind === 'leave') return leave(work, state)
    if (step.kind === 'publish') return publish(work, state)
    const next = await take(work, state, step)
    if (!next) return leave(work, state)
    if (!(await patiently(work.signal, () => recordSmaller(database, work.claim, next)))) throw new StaleAttempt()
    state = next
  }
}

type Step = Extract<ReturnType<typeof nextStep>, { kind: 'plan' | 'try' | 'part' }>

/** The state after a step; null where nothing can be made. */
async function take(work: SmallerWork, state: SmallerState, step: Step): Promise<SmallerState | null> {
  if (step.kind === 'plan') {
    const plan = await planSmaller(work)
    return plan && { plan }
  }
  const { plan, rungs = {} } = state
  if (step.kind === 'try') {
    const rateFactor = await tryRateFactors(work, plan!, step.rung)
    return { plan: plan!, rungs: { ...rungs, [step.rung]: { rateFactor, parts: [] } } }
  }
  const { rateFactor, parts } = rungs[step.rung]!
  const made = await makeSmallerPart(work, plan!, { ...step, rateFactor: rateFactor! })
  return { plan: plan!, rungs: { ...rungs, [step.rung]: { rateFactor, parts: [...parts, made] } } }
}

async function publish(work: SmallerWork, { plan, rungs }: SmallerState): Promise<void> {
  if (!(await publishSmaller(work, plan!, rungs!))) throw new StaleAttempt()
  work.context.logger.info(work.claim, 'smaller renditions were published')
}

/** What was made goes first, so that nothing of it stays however this ends; the video stays as it is. */
async function leave({ context, claim }: SmallerWork, { plan }: SmallerState): Promise<void> {
  await deleteMade(context, claim.prefix, plan)
  await closeSmaller(context.catalog.database, claim, 'not_worth')
}

async function deleteMade({ storage }: Context, prefix: string, plan: SmallerState['plan']): Promise<void> {
  for (const { name } of plan?.ladder.renditions ?? []) await storage.deletePrefix(`${prefix}/${folderOf(name)}`)
}

async function conclude(
  context: Context,
  { claim, state, triesSpent }: Claimed,
  { error, isTold }: { error: unknown; isTold: boolean },
): Promise<'not_now' | 'done'> {
  const { catalog, logger, storage } = context
  if (isTold) {
    await releaseSmaller(catalog.database, claim)
    return 'not_now'
  }
  if (error instanceof StaleAttempt) {
    // Of a video that is gone nothing may stay; of one that was replaced all of it is swept with what was published.
    const video = await catalog.database
      .selectFrom('video')
      .select('id')
      .where('id', '=', claim.videoId)
      .executeTakeFirst()
    if (!video) await storage.deletePrefix(claim.prefix)
    return 'done'
  }
  const isLast = triesSpent >= maxAttempts
  logger.warn({ err: error, ...claim, isLast }, 'smaller renditions could not be made')
  if (!isLast) throw error
  if (await closeSmaller(catalog.database, claim, 'failed'))
    await deleteMade(context, claim.prefix, (state as SmallerState).plan)
  return 'done'
}
