import { expect, test } from 'vitest'
import { nextBeaconS } from './next-beacon.ts'

test.each([
  [0, null],
  [9, null],
  [10, 30],
  [49, 30],
  [50, 120],
  [100, 120],
])('with %i per cent of the spool waiting players come every %s seconds', (percent, seconds) => {
  expect(nextBeaconS({ waitingBytes: percent, maxBytes: 100 })).toBe(seconds)
})
