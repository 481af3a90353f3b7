import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { atMostEvery } from './at-most-every.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is asked for often is done once per pace, and what was asked last is done too', () => {
  const done = vi.fn()
  const paced = atMostEvery(10_000, done)
  vi.advanceTimersByTime(4_000)
  paced.ask()
  paced.ask()
  expect(done).toHaveBeenCalledTimes(0)
  vi.advanceTimersByTime(6_000)
  expect(done).toHaveBeenCalledTimes(1)
  paced.ask()
  vi.advanceTimersByTime(9_999)
  expect(done).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1)
  expect(done).toHaveBeenCalledTimes(2)
  vi.advanceTimersByTime(60_000)
  expect(done).toHaveBeenCalledTimes(2)
  paced.ask()
  vi.advanceTimersByTime(0)
  expect(done).toHaveBeenCalledTimes(3)
})

test('nothing is done after it was stopped', () => {
  const done = vi.fn()
  const paced = atMostEvery(1_000, done)
  paced.ask()
  paced.stop()
  vi.advanceTimersByTime(5_000)
  expect(done).toHaveBeenCalledTimes(0)
})
