import type { EnrichStep } from './arrival.ts'
import { clampCovered } from './clamp-covered.ts'
import { clampWatched } from './clamp-watched.ts'
import { markBot } from './mark-bot.ts'
import { markOwnPlay } from './mark-own-play.ts'
import { markPrerendered } from './mark-prerendered.ts'

/** Every step in its order: what may be covered is judged by what may have been watched. */
const steps: readonly EnrichStep[] = [markBot, markOwnPlay, markPrerendered, clampWatched, clampCovered]

export const enrich: EnrichStep = (arrival) => {
  for (const step of steps) step(arrival)
}
