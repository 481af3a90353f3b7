import { expect, test } from 'vitest'
import { leadInStream } from './lead-in-stream.ts'

/** Four packets a second from 10 s on, every so many of them a keyframe; later ones may be moved on the clock. */
function packets({ everyS = 2, jumpS = 0 }: { everyS?: number; jumpS?: number }) {
  return Array.from({ length: 400 }, (_, index) => {
    const decodedS = 10 + index / 4 + (index >= 200 ? jumpS : 0)
    return { atS: decodedS + 0.1, decodedS, isKeyframe: index % (everyS * 4) === 0 }
  })
}

const starts = [40, 70, 100]

test.each([
  { everyS: 1, leadS: 3 },
  { everyS: 4, leadS: 6 },
  { everyS: 15, leadS: 20 },
])('keyframes every $everyS s come in time for seeks $leadS s before', ({ everyS, leadS }) => {
  expect(leadInStream(packets({ everyS }), starts)).toBe(leadS)
})

test.each([
  { name: 'keyframes are too rare', stream: packets({ everyS: 40 }) },
  { name: 'the clock jumps ahead', stream: packets({ jumpS: 60 }) },
  { name: 'the clock jumps back', stream: packets({ jumpS: -30 }) },
  { name: 'the clock steps back a little', stream: packets({ jumpS: -0.5 }) },
  { name: 'a time is missing', stream: packets({}).with(7, { atS: 11, decodedS: Number.NaN, isKeyframe: false }) },
  { name: 'the packets end before the last part', stream: packets({}).slice(0, 200) },
  { name: 'there are none', stream: [] },
])('a stream is not cut where $name', ({ stream }) => {
  expect(leadInStream(stream, starts)).toBeNull()
})

test('a stream may pause for some seconds', () => {
  expect(leadInStream(packets({ everyS: 1, jumpS: 3 }), starts)).toBe(3)
})
