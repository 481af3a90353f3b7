import { rm } from 'node:fs/promises'
import { perSecond } from '../media/source/frame-rate.ts'
import { chooseRateFactor, nextTrial, type Trial } from './choose-rate-factor.ts'
import { compare, fetchUsual } from './compare.ts'
import { encodeSmaller } from './encode-smaller.ts'
import { root } from './places.ts'
import { readPlaylist } from './plan-smaller.ts'
import type { CountedPart, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

/** Finds the rate factor at which AV1 looks as good as what is published, on a stretch of a few seconds. */
export async function tryRateFactors(work: SmallerWork, plan: SmallerPlan, rung: string): Promise<number | null> {
  const stretch = await trialStretch(work, plan, rung)
  const usualBytes = await fetchUsual(work, plan, { rung, stretch })
  const trials: Trial[] = []
  let usual = { bytes: usualBytes, ssim: 0 }
  for (;;) {
    const rateFactor = nextTrial(trials, usual.ssim)
    if (rateFactor === null) return chooseRateFactor(trials, usual)
    const prefix = `try${rateFactor}-`
    const result = await encodeSmaller(work, plan, { rung, stretch, prefix, rateFactor })
    const compared = { rung, stretch, prefix, result, usualBytes }
    const { bytes, ssim, usualSsim } = await compare(work, plan, compared)
    usual = { bytes: usualBytes, ssim: usualSsim }
    trials.push({ rateFactor, bytes, ssim })
    await rm(work.workspace.path(root), { recursive: true, force: true })
  }
}

// Enough to tell one rate factor from the next, little enough to be tried five times.
const leastTrialS = 8

/** From the middle, since beginnings are often black; whole segments, so that both hold the same pictures. */
async function trialStretch(work: SmallerWork, plan: SmallerPlan, rung: string): Promise<CountedPart> {
  const part = plan.parts[Math.floor((plan.parts.length - 1) / 2)]!
  const rate = perSecond(plan.ladder.frameRate)
  const { segments } = await readPlaylist(work, rung)
  let startS = 0
  let endFrame = part.fromFrame
  for (const { durationS } of segments) {
    startS += durationS
    const endsAt = Math.round(startS * rate)
    if (endsAt <= part.fromFrame) continue
    endFrame = endsAt
    if ((endFrame - part.fromFrame) / rate >= leastTrialS) break
  }
  return { fromFrame: part.fromFrame, frames: Math.min(part.frames, endFrame - part.fromFrame) }
}
