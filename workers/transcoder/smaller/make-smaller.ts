import { recordSmaller, recordSmallerPart } from '#catalog/smaller.ts'
import { patiently } from '../patiently.ts'
import { fetchSource } from '../read-source.ts'
import { StaleAttempt } from '../stale-attempt.ts'
import { leaveSmaller } from './leave-smaller.ts'
import { makeSmallerPart } from './make-smaller-part.ts'
import { planSmaller } from './plan-smaller.ts'
import { publishSmaller } from './publish-smaller.ts'
import { nextStep, type SmallerState, type SmallerStep } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'
import { tryRateFactors } from './try-rate-factors.ts'

/** What is known of the work, as it was last kept: by this its end is judged, whenever it comes. */
export interface Held {
  state: SmallerState
  triesSpent: number
}

/** Makes AV1 step by step, to its publishing or to where it is not worth it. Throws StaleAttempt where it is somebody else's. */
export async function makeSmaller(work: SmallerWork, held: Held): Promise<void> {
  await fetchSource(work)
  for (;;) {
    const step = nextStep(held.state)
    if (step.kind === 'publish') return publish(work, held.state)
    const taken = step.kind === 'leave' ? null : await take(work, held.state, step)
    if (!taken) return void (await leaveSmaller(work.context, work.claim, held.state, 'not_worth'))
    if (!(await patiently(work.signal, taken.keep))) throw new StaleAttempt()
    held.state = taken.state
    held.triesSpent = 0
  }
}

interface Taken {
  state: SmallerState
  /** False where it is somebody else's by now. */
  keep(): Promise<boolean>
}

type Step = Extract<SmallerStep, { kind: 'plan' | 'try' | 'part' }>

/** Null where nothing can be made. */
async function take(work: SmallerWork, { plan, rungs = {} }: SmallerState, step: Step): Promise<Taken | null> {
  const { claim, context } = work
  const { database } = context.catalog
  if (step.kind === 'plan') {
    const made = await planSmaller(work)
    const state = made && { plan: made }
    return state && { state, keep: () => recordSmaller(database, claim, state) }
  }
  const { rung } = step
  if (step.kind === 'try') {
    const rateFactor = await tryRateFactors(work, plan!, rung)
    const state = { plan: plan!, rungs: { ...rungs, [rung]: { rateFactor, parts: [] } } }
    return { state, keep: () => recordSmaller(database, claim, state) }
  }
  const { rateFactor, parts } = rungs[rung]!
  const { part } = step
  const made = await makeSmallerPart(work, plan!, { rung, part, rateFactor: rateFactor! })
  const state = { plan: plan!, rungs: { ...rungs, [rung]: { rateFactor, parts: [...parts, made] } } }
  return { state, keep: () => recordSmallerPart(database, claim, { rung, part, made }) }
}

async function publish(work: SmallerWork, { plan, rungs }: SmallerState): Promise<void> {
  if (!(await publishSmaller(work, plan!, rungs!))) throw new StaleAttempt()
  work.context.logger.info(work.claim, 'smaller renditions were published')
}
