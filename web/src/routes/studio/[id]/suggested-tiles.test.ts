import { expect, test } from 'vitest'
import type { StoryboardTile } from '#contract/storyboard.ts'
import { suggestedTiles } from './suggested-tiles.ts'

const tiles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ startMs: index * 1_000 }) as StoryboardTile)

const suggested = (count: number, worths: number[] | null) =>
  suggestedTiles(tiles(count), 6, worths).map(({ startMs }) => startMs / 1_000)

test('suggestions are spread over the video and leave out its very start and end', () => {
  expect(suggested(60, null)).toEqual([5, 15, 25, 35, 45, 55])
})

test('of each stretch the picture is suggested that is worth most, near its middle', () => {
  const worths = Array.from({ length: 60 }, () => 1)
  Object.assign(worths, { 7: 5, 8: 4, 23: 2, 39: 9, 0: 9 })
  expect(suggested(60, worths)).toEqual([7, 15, 23, 35, 45, 55])
})

test('of a stretch that is black throughout nothing is suggested, but of a dark one', () => {
  const worths = Array.from({ length: 60 }, (_, second) => (second < 40 ? 40 : second < 50 ? 2 : 0.2))
  expect(suggested(60, worths)).toEqual([5, 15, 25, 35, 45])
  expect(
    suggested(
      60,
      worths.map(() => 0),
    ),
  ).toHaveLength(6)
})

test('of few pictures each is as far from its neighbours as can be, whatever it is worth', () => {
  expect(suggested(7, [3, 2, 3, 4, 5, 6, 7])).toEqual(suggested(7, null))
})

test('of a short video every tile is suggested', () => {
  expect(suggestedTiles(tiles(3), 6, null)).toHaveLength(3)
})
