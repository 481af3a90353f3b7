import { countCovered, maxPlaybackRate, partCount } from '#contract/play-state.ts'
import { type EnrichStep, mark } from './arrival.ts'

/**
 * What was covered must have been played: in one go at the highest speed, or here and there, where each visit to
 * another part takes a moment. Keeps the first parts of those that are more than possible.
 */
export const clampCovered: EnrichStep = (arrival) => {
  const { state, token } = arrival
  const playedMs = state.watchedMs + state.hiddenMs
  const inOneGo = token.durationMs > 0 ? (playedMs * maxPlaybackRate * partCount) / token.durationMs : partCount
  const possible = Math.floor(inOneGo + playedMs / shortestVisitMs) + slackParts
  if (possible >= partCount || countCovered(state.covered) <= possible) return
  mark(arrival, 'impossibleCover')
  state.covered = firstParts(state.covered, possible)
}

// The media clock is told to the player about four times a second; a shorter visit to a part goes unseen.
const shortestVisitMs = 250

// The part it began in and the one it is just entering.
const slackParts = 2

function firstParts(covered: string, count: number): string {
  let rest = BigInt(`0x${covered}`)
  let kept = 0n
  for (let left = count; left > 0 && rest > 0n; left--) {
    const lowest = rest & -rest
    kept |= lowest
    rest ^= lowest
  }
  return kept.toString(16).padStart(covered.length, '0')
}
