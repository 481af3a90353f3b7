import { expect, test } from 'vitest'
import type { Timeline } from '#contract/views.ts'
import { alignBefore } from './align-before.ts'

const hourMs = 3_600_000

function hours(first: number, views: number[]): Timeline {
  const points = views.map((count, index) => ({
    atMs: (first + index) * hourMs,
    loads: 0,
    starts: 0,
    views: count,
    watchedMs: 0,
  }))
  return { step: 'hour', points }
}

test('each hour stands beside the same hour of the period before', () => {
  expect(alignBefore(hours(24, [5, 6, 7]), hours(0, [1, 2, 3]), 24 * hourMs, 'views')).toEqual([1, 2, 3])
})

test('a period before that begins late or ends early leaves gaps and moves nothing', () => {
  expect(alignBefore(hours(24, [5, 6, 7]), hours(1, [2]), 24 * hourMs, 'views')).toEqual([null, 2, null])
})

test('hours before are added up to the days that are shown', () => {
  const now: Timeline = { step: 'day', points: [{ atMs: 24 * hourMs, loads: 0, starts: 0, views: 9, watchedMs: 0 }] }
  expect(alignBefore(now, hours(0, [1, 2, 3]), 24 * hourMs, 'views')).toEqual([6])
})

test('days before tell nothing of the hours that are shown', () => {
  const before: Timeline = { step: 'day', points: [{ atMs: 0, loads: 0, starts: 0, views: 9, watchedMs: 0 }] }
  expect(alignBefore(hours(24, [5, 6]), before, 24 * hourMs, 'views')).toEqual([null, null])
})
