import { expect, test } from 'vitest'
import { areaPath, curvePath } from './curve-path.ts'

test('everybody is at the top, nobody at the bottom, and the ends reach the edges', () => {
  expect(curvePath([1, 0])).toBe('M0 0L25 0 75 100 100 100')
})

test('a share beyond what can be stays inside the frame', () => {
  expect(curvePath([1.2, -0.1])).toBe('M0 0L25 0 75 100 100 100')
})

test('without shares there is nothing to draw', () => {
  expect(curvePath([])).toBe('')
  expect(areaPath([])).toBe('')
})

test('the wash closes along the bottom', () => {
  expect(areaPath([0.5])).toBe('M0 50L50 50 100 50V100H0Z')
})
