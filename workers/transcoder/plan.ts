import type { PlannedPart } from '#catalog/plan-parts.ts'
import { chooseLadder, type Ladder } from './media/ladder/choose-ladder.ts'
import { chooseParts } from './media/ladder/choose-parts.ts'
import { checkSeeks } from './media/source/check-seeks.ts'
import { perSecond } from './media/source/frame-rate.ts'
import type { Source } from './media/source/source.ts'
import { type ReadWork, runOn } from './work.ts'

/** What all workers of an attempt go by; kept with the attempt. */
export interface Plan {
  source: Source
  /** What to reckon with, in seconds; null where the file tells nothing. */
  durationS: number | null
  ladder: Ladder
  /** Pictures of one rendition, as far as the length can be believed. */
  frames: number | null
}

/** Decides what is made of a source, and in which parts; the sound begins early, because nobody can help with it. */
export async function makePlan(work: ReadWork): Promise<{ plan: Plan; parts: PlannedPart[] }> {
  const { context, source, durationS } = work
  const ladder = chooseLadder(source, context.config.maxHeight)
  const frames = durationS === null ? null : Math.round(durationS * perSecond(ladder.frameRate))
  const { parts, leadS } = await checkSeeks(
    context.toolbox,
    runOn(work, durationS),
    source,
    chooseParts(source, durationS, context.config.partS),
  )
  const [first, ...rest] = parts.map((stretch) => ({ kind: 'pictures' as const, ...stretch }))
  const sound = ladder.hasAudio ? [{ kind: 'sound' as const, fromFrame: 0, frames: null }] : []
  return { plan: { source: { ...source, leadS }, durationS, ladder, frames }, parts: [first!, ...sound, ...rest] }
}
