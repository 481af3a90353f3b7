import { expect, test } from 'vitest'
import type { StoryboardTile } from '#contract/storyboard.ts'
import { suggestedTiles } from './suggested-tiles.ts'

const tiles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ startMs: index * 1_000 }) as StoryboardTile)

test('suggestions are spread over the video and leave out its very start and end', () => {
  expect(suggestedTiles(tiles(60), 6).map(({ startMs }) => startMs / 1_000)).toEqual([5, 15, 25, 35, 45, 55])
})

test('of a short video every tile is suggested', () => {
  expect(suggestedTiles(tiles(3), 6)).toHaveLength(3)
})
