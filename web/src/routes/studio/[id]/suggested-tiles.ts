import type { StoryboardTile } from '#contract/storyboard.ts'

/** So many tiles spread over the video: the middle of each stretch, since starts and ends are often black. */
export function suggestedTiles(tiles: StoryboardTile[], count: number): StoryboardTile[] {
  if (tiles.length <= count) return tiles
  return Array.from({ length: count }, (_, index) => tiles[Math.floor(((index + 0.5) / count) * tiles.length)]!)
}
