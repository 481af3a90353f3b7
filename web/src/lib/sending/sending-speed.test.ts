import { expect, test } from 'vitest'
import { createSendingSpeed } from './sending-speed.ts'

test('nothing is said before there is something to go by', () => {
  const speed = createSendingSpeed(1_000)
  expect(speed.add(0, 0)).toBeNull()
  expect(speed.add(10, 1_000)).toBeNull()
})

test('a steady line gives its exact speed and the time left', () => {
  const speed = createSendingSpeed(1_000)
  speed.add(0, 0)
  expect(speed.add(200, 4_000)).toEqual({ bytesPerSecond: 50, leftMs: 16_000 })
})

test('only the last seconds count, so a line that got faster is believed', () => {
  const speed = createSendingSpeed(100_000)
  speed.add(0, 0)
  speed.add(100, 60_000)
  expect(speed.add(50_100, 65_000)?.leftMs).toBeCloseTo(4_990, 0)
})

test('a step back after a resume starts a new measurement', () => {
  const speed = createSendingSpeed(1_000)
  speed.add(0, 0)
  speed.add(500, 5_000)
  expect(speed.add(300, 6_000)).toBeNull()
})

test('a line that stands still has no end in sight', () => {
  const speed = createSendingSpeed(1_000)
  speed.add(100, 0)
  expect(speed.add(100, 10_000)).toBeNull()
})
