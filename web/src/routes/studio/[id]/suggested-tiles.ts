import type { StoryboardTile } from '#contract/storyboard.ts'

/**
 * Up to so many tiles spread over the video: of each stretch the one that is worth most as a poster, or the middle one
 * where nobody knows. A stretch that is black throughout has none.
 */
export function suggestedTiles(tiles: StoryboardTile[], count: number, worths: number[] | null): StoryboardTile[] {
  if (tiles.length <= count) return tiles
  const middles = Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) / count) * tiles.length))
  if (!worths) return middles.map((middle) => tiles[middle]!)
  // Ends of stretches are left out, since those of the video are often black and neighbours alike.
  const reach = Math.floor((tiles.length / count) * 0.3)
  const best = middles.map((middle) => bestAround(middle, reach, worths))
  const usual = best.map((at) => worths[at]!).sort((a, b) => a - b)[Math.floor(count / 2)]!
  return best.filter((at) => worths[at]! >= usual * leastShare).map((at) => tiles[at]!)
}

// A face in the dark has a twentieth of what a picture of the day has, and what is next to black a hundredth.
const leastShare = 0.02

/** Of several that are worth the same, the one nearest to the middle. */
function bestAround(middle: number, reach: number, worths: number[]): number {
  const places = Array.from({ length: 2 * reach + 1 }, (_, step) => middle - reach + step)
  places.sort((a, b) => worths[b]! - worths[a]! || Math.abs(a - middle) - Math.abs(b - middle))
  return places[0]!
}
