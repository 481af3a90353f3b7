import { expect, test } from 'vitest'
import { tileWorth } from './tile-worth.ts'

const picture = (lumas: number[]) => lumas.flatMap((luma) => [luma, luma, luma, 255])

test('an even picture is worth nothing, however bright it is', () => {
  for (const luma of [0, 128, 255]) expect(tileWorth(picture([luma, luma, luma, luma]))).toBeCloseTo(0)
})

test('what is dark or nearly white is worth less than the same in the middle', () => {
  const [dark, middle, pale] = [10, 128, 235].map((luma) => tileWorth(picture([luma - 10, luma + 10])))
  expect(middle).toBeGreaterThan(2 * dark!)
  expect(middle).toBeGreaterThan(1.5 * pale!)
})

test('more detail is worth more', () => {
  expect(tileWorth(picture([40, 200, 60, 220]))).toBeGreaterThan(tileWorth(picture([120, 140, 125, 135])))
})
