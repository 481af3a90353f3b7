import { leastLeadS, longestLeadS, type Packet } from './seek-lead.ts'
import type { Source } from './source.ts'

/** A transport stream has no index: a seek lands on any packet near the time that was asked for. */
export function isStream({ container }: Source): boolean {
  return container === 'mpegts'
}

/** A seek may land this much later than asked for. */
const slackS = 1

const leadsS = [3, 6, 12, longestLeadS]

/**
 * How far before these moments, in seconds of the stream's clock, to seek in a stream with these packets, so that a keyframe
 * comes in time; null where keyframes are too rare, or where the clock jumps: one pass over the stream evens that out, seeks
 * can't.
 */
export function leadInStream(packets: Packet[], startsS: number[]): number | null {
  if (!packets.every(({ decodedS }, index) => index === 0 || isNext(packets[index - 1]!.decodedS, decodedS)))
    return null
  const keyframes = packets.filter(({ isKeyframe }) => isKeyframe)
  const comesInTime = (leadS: number, startS: number) =>
    keyframes.some(({ atS }) => atS >= startS - leadS + slackS && atS <= startS - leastLeadS)
  return leadsS.find((leadS) => startsS.every((startS) => comesInTime(leadS, startS))) ?? null
}

/** A stream may pause. */
function isNext(beforeS: number, afterS: number): boolean {
  return afterS > beforeS && afterS < beforeS + 5
}
