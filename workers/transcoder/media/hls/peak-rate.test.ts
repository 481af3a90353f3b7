import { expect, test } from 'vitest'
import { averageRate, peakRate } from './peak-rate.ts'

const segments = (...weights: [durationS: number, sizeBytes: number][]) =>
  weights.map(([durationS, sizeBytes]) => ({ durationS, sizeBytes }))

test('the heaviest segment is the peak', () => {
  expect(peakRate(segments([4, 1_000], [4, 3_000], [4, 1_000]), 4)).toBe(6_000)
})

test('a last segment of one picture says nothing alone, and counts with its neighbour', () => {
  expect(peakRate(segments([4, 4_000], [0.04, 1_000]), 4)).toBeCloseTo((5_000 * 8) / 4.04)
})

test('segments of half the target count alone and together', () => {
  expect(peakRate(segments([2, 3_000], [2, 1_000], [4, 1_000]), 4)).toBe(12_000)
})

test('a video shorter than half a segment has its average as peak, one of no length has none', () => {
  expect(peakRate(segments([0.5, 1_000]), 4)).toBe(16_000)
  expect(averageRate([])).toBe(0)
})
