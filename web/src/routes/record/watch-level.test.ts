import { expect, test } from 'vitest'
import { loudness } from './watch-level.ts'

test('silence is nothing, full scale is all, and speech in between fills half', () => {
  expect(loudness([0, 0, 0])).toBe(0)
  expect(loudness([0, -1, 0.5])).toBe(1)
  expect(loudness([0.05, -0.06])).toBeGreaterThan(0.4)
})

test('the hiss of an open line stays at the bottom', () => {
  expect(loudness([0.002, -0.003])).toBe(0)
})
