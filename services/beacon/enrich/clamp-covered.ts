import { countCovered, maxPlaybackRate, nothingCovered, partCount } from '#contract/play-state.ts'
import { type Arrival, type EnrichStep, mark } from './arrival.ts'

/**
 * What was covered must have been played: in one go at the highest speed, or here and there, where each visit to
 * another part takes a moment. A part that is said to be repeated was entered twice, so it counts twice and must be
 * covered. Keeps the first parts of those that are more than possible.
 */
export const clampCovered: EnrichStep = (arrival) => {
  const { state } = arrival
  const possible = possibleEntries(arrival)
  const repeated = state.repeated ?? nothingCovered
  const covered = countCovered(state.covered)
  if (covered + countCovered(repeated) <= possible && !isOutside(repeated, state.covered)) return
  mark(arrival, 'impossibleCover')
  state.covered = firstParts(state.covered, possible)
  state.repeated = both(firstParts(repeated, Math.max(0, possible - covered)), state.covered)
}

/** Whether one has parts that the other lacks. */
function isOutside(one: string, other: string): boolean {
  return one !== nothingCovered && (BigInt(`0x${one}`) & ~BigInt(`0x${other}`)) !== 0n
}

/** How many parts can have been entered in the time that was played. */
function possibleEntries({ state, token }: Arrival): number {
  if (state.started === 'no') return 0
  if (token.durationMs <= 0) return 2 * partCount
  const playedMs = state.watchedMs + state.hiddenMs
  const inOneGo = ((playedMs * maxPlaybackRate + leapMs) * partCount) / token.durationMs
  const glimpses = Math.min(mostGlimpses, playedMs / shortestGlimpseMs)
  return Math.floor(inOneGo + playedMs / shortestVisitMs + glimpses) + slackParts
}

// The media clock is told to the player about four times a second; a shorter visit to a part mostly goes unseen.
const shortestVisitMs = 250

// Players leap over holes in a stream of up to a second by themselves, and take it for playing.
const leapMs = 1_000

// Who drags to and fro before settling sees some parts for a few pictures only.
const shortestGlimpseMs = 40
const mostGlimpses = 20

// The part it began in, the one it is just entering, and one more where a jump and a sample cross.
const slackParts = 3

function firstParts(bitmap: string, count: number): string {
  let rest = BigInt(`0x${bitmap}`)
  let kept = 0n
  for (let left = count; left > 0 && rest > 0n; left--) {
    const lowest = rest & -rest
    kept |= lowest
    rest ^= lowest
  }
  return toBitmap(kept)
}

function both(one: string, other: string): string {
  return toBitmap(BigInt(`0x${one}`) & BigInt(`0x${other}`))
}

function toBitmap(bits: bigint): string {
  return bits.toString(16).padStart(nothingCovered.length, '0')
}
