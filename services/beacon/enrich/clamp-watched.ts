import { type Arrival, type EnrichStep, mark } from './arrival.ts'

/**
 * Watching, stalling and waiting are wall time, whatever the speed of playing, so nobody has had more of it than passed
 * since the player opened; and who never started has watched nothing.
 */
export const clampWatched: EnrichStep = (arrival) => {
  const { state } = arrival
  const possibleMs = state.started === 'no' ? 0 : passedMs(arrival)
  const isPossible =
    state.watchedMs + state.hiddenMs <= possibleMs && Math.max(state.startupMs, state.stallMs) <= passedMs(arrival)
  if (isPossible) return
  mark(arrival, 'impossibleWatch')
  state.watchedMs = Math.min(state.watchedMs, possibleMs)
  state.hiddenMs = Math.min(state.hiddenMs, possibleMs - state.watchedMs)
  state.startupMs = Math.min(state.startupMs, passedMs(arrival))
  state.stallMs = Math.min(state.stallMs, passedMs(arrival))
}

function passedMs({ token, receivedAtMs }: Arrival): number {
  const sinceOpeningMs = Math.max(0, receivedAtMs - (token.playableAtMs ?? token.issuedAtMs))
  return Math.floor(sinceOpeningMs * (1 + clockDrift) + slackMs(token.durationMs))
}

// The clock of a viewer's machine may run faster than ours; one that is off by more loses a minute in an hour and a half.
const clockDrift = 0.01

/**
 * How far the clocks of the machine that made the token and of this one may differ: a tenth of the video, between a
 * quarter of a second and a whole one; but never so much that a view (half of a short video) is had for nothing.
 */
function slackMs(durationMs: number): number {
  if (durationMs <= 0) return 1_000
  return Math.min(Math.max(250, durationMs / 10), 1_000, durationMs / 4)
}
