import { expect, test } from 'vitest'
import { sparkPath } from './spark-path.ts'

test('the largest count touches the top and none the bottom, with room for the line', () => {
  expect(sparkPath([0, 4, 2], 20, 12)).toBe('M0 11L10 1L20 6')
})

test('nothing at all is a level line at the bottom', () => {
  expect(sparkPath([0, 0], 20, 12)).toBe('M0 11L20 11')
  expect(sparkPath([], 20, 12)).toBe('M0 11H20')
})

test('one step of time is a level line too', () => {
  expect(sparkPath([3], 20, 12)).toBe('M0 1L20 1')
})
