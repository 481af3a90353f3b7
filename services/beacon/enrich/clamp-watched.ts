import { maxPlaybackRate } from '#contract/play-state.ts'
import { type EnrichStep, mark } from './arrival.ts'

/** Nobody watches more than the time since the player opened, times the highest speed. */
export const clampWatched: EnrichStep = (arrival) => {
  const { state, token, receivedAtMs } = arrival
  const possibleMs = Math.max(0, receivedAtMs - token.issuedAtMs) * maxPlaybackRate + slackMs
  if (state.watchedMs + state.hiddenMs <= possibleMs) return
  mark(arrival, 'impossibleWatch')
  state.watchedMs = Math.min(state.watchedMs, possibleMs)
  state.hiddenMs = Math.min(state.hiddenMs, possibleMs - state.watchedMs)
}

// The clocks of the machine that made the token and of this one may differ a little.
const slackMs = 5_000
