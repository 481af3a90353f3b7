import { expect, test } from 'vitest'
import { createTimeLeft } from './time-left.ts'

test('nothing is said before there is something to go by', () => {
  const timeLeft = createTimeLeft(1_000)
  expect(timeLeft.add(0, 0)).toBeNull()
  expect(timeLeft.add(10, 1_000)).toBeNull()
})

test('a steady line gives the exact time left', () => {
  const timeLeft = createTimeLeft(1_000)
  timeLeft.add(0, 0)
  expect(timeLeft.add(200, 4_000)).toBe(16_000)
})

test('only the last seconds count, so a line that got faster is believed', () => {
  const timeLeft = createTimeLeft(100_000)
  timeLeft.add(0, 0)
  timeLeft.add(100, 60_000)
  expect(timeLeft.add(50_100, 65_000)).toBeCloseTo(4_990, 0)
})

test('a step back after a resume starts a new measurement', () => {
  const timeLeft = createTimeLeft(1_000)
  timeLeft.add(0, 0)
  timeLeft.add(500, 5_000)
  expect(timeLeft.add(300, 6_000)).toBeNull()
})

test('a line that stands still has no end in sight', () => {
  const timeLeft = createTimeLeft(1_000)
  timeLeft.add(100, 0)
  expect(timeLeft.add(100, 10_000)).toBeNull()
})
