import type { Rates } from '../hls/describe-hls.ts'

/**
 * Of finished renditions, the sharpest first, those that are worth having, by their measured rates. One that needs nearly as
 * many bits as a sharper one helps nobody: slides and screens that hardly change cost the same at every size.
 */
export function worthwhile<Rendition extends Rates>(renditions: Rendition[]): Rendition[] {
  const kept: Rendition[] = []
  for (const rendition of renditions) {
    const above = kept.at(-1)
    if (!above || isWorthwhile(rendition, above)) kept.push(rendition)
  }
  return kept
}

// A step that a line notices.
const leastSaving = 0.1

/** What any line carries that carries the sound as well; nobody needs less. */
const carriedByAll = 150_000

function isWorthwhile(rendition: Rates, above: Rates): boolean {
  if (above.peakBitsPerSecond <= carriedByAll) return false
  const share = Math.min(
    rendition.averageBitsPerSecond / above.averageBitsPerSecond,
    rendition.peakBitsPerSecond / above.peakBitsPerSecond,
  )
  return share <= 1 - leastSaving
}
