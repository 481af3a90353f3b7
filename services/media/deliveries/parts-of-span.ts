import { partCount } from '#contract/play-steps.ts'

/** A stretch of a video, in milliseconds of its media clock. */
export interface Span {
  fromMs: number
  toMs: number
}

/** The parts of a video of this length that a stretch touches, one bit each, part 0 the lowest. */
export function partsOfSpan({ fromMs, toMs }: Span, durationMs: number): bigint {
  if (durationMs <= 0) return everyPart
  const partMs = durationMs / partCount
  const first = Math.min(partCount - 1, Math.max(0, Math.floor((fromMs - toleranceMs) / partMs)))
  const last = Math.min(partCount - 1, Math.max(first, Math.ceil((toMs + toleranceMs) / partMs) - 1))
  return (1n << BigInt(last + 1)) - (1n << BigInt(first))
}

/** What is said of a play where it is not known which parts it got: that it got all, so that nothing speaks against it. */
export const everyPart = (1n << BigInt(partCount)) - 1n

// Pictures and sound of a segment begin and end some frames beside what its playlist says, and a player that is asked
// to jump reckons the moment until it heard of it as played.
const toleranceMs = 500
