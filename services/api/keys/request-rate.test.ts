import { expect, test } from 'vitest'
import { createRequestRate } from './request-rate.ts'

test('a key may ask so often in a minute, and is told how long to wait', () => {
  const rate = createRequestRate({ most: 2, windowMs: 60_000 })
  expect([rate.take('a', 0), rate.take('a', 10_000), rate.take('a', 20_000)]).toEqual([0, 0, 40])
  expect(rate.take('a', 60_000)).toBe(0)
})

test('one key does not use up what another has', () => {
  const rate = createRequestRate({ most: 1, windowMs: 60_000 })
  expect([rate.take('a', 0), rate.take('a', 1), rate.take('b', 1)]).toEqual([0, 60, 0])
})
