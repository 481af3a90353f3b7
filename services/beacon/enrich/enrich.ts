import type { EnrichStep } from './arrival.ts'
import { clampCovered } from './clamp-covered.ts'
import { clampWatched } from './clamp-watched.ts'
import { markBot } from './mark-bot.ts'
import { markPrerendered } from './mark-prerendered.ts'
import { markToken } from './mark-token.ts'

/** Every step in its order: what may be covered is judged by what may have been watched. */
const steps: readonly EnrichStep[] = [markBot, markToken, markPrerendered, clampWatched, clampCovered]

export const enrich: EnrichStep = (arrival) => {
  for (const step of steps) step(arrival)
}
