import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCoverage } from '../../../web/player/coverage.ts'
import { everyPart, partsOfSpan } from './parts-of-span.ts'
import { segmentSpans } from './segment-spans.ts'

const playlist = (...seconds: number[]) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI="init.mp4"\n${seconds.map((s, at) => `#EXTINF:${s.toFixed(6)},\n${at}.m4s\n`).join('')}`

test('a playlist says when each of its segments is shown', () => {
  expect([...segmentSpans(playlist(4, 6, 2.5)).entries()]).toEqual([
    ['0.m4s', { fromMs: 0, toMs: 4_000 }],
    ['1.m4s', { fromMs: 4_000, toMs: 10_000 }],
    ['2.m4s', { fromMs: 10_000, toMs: 12_500 }],
  ])
})

describe('the parts that a segment brings', () => {
  const bits = (fromMs: number, toMs: number, durationMs: number) => {
    const parts = partsOfSpan({ fromMs, toMs }, durationMs)
    return Array.from({ length: 100 }, (_, at) => at).filter((at) => (parts >> BigInt(at)) & 1n)
  }

  test('are those that it touches, and half a second on each side', () => {
    const middle = bits(60_000, 66_000, 600_000)
    expect([middle[0], middle.at(-1)]).toEqual([9, 11])
  })
  test.each([
    ['the beginning', 0, 4_000, 0],
    ['the end', 596_000, 600_000, 99],
    ['beyond the end', 600_000, 604_000, 99],
  ])('stay within the video at %s', (_, fromMs, toMs, part) => expect(bits(fromMs, toMs, 600_000)).toContain(part))
  test('are all of them where one segment is the whole video', () =>
    expect(partsOfSpan({ fromMs: 0, toMs: 1_800 }, 1_800)).toBe(everyPart))
  test('are all of them where the length is not known', () =>
    expect(partsOfSpan({ fromMs: 0, toMs: 4_000 }, 0)).toBe(everyPart))
})

test('what a player covers lies in the segments that it got, whatever it plays of them and however its length is told', () => {
  const watching = fc.record({
    segments: fc.array(fc.integer({ min: 500, max: 6_000 }), { minLength: 1, maxLength: 300 }),
    // The length in the catalog may differ a little from what the playlist adds up to.
    differsMs: fc.integer({ min: -200, max: 200 }),
    plays: fc.array(fc.record({ segment: fc.nat(), from: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      maxLength: 10,
    }),
  })
  fc.assert(
    fc.property(watching, ({ segments, differsMs, plays }) => {
      const spans = [...segmentSpans(playlist(...segments.map((ms) => ms / 1_000))).values()]
      const durationMs = Math.max(400, spans.at(-1)!.toMs + differsMs)
      const coverage = createCoverage(100)
      coverage.setDuration(durationMs)
      let sent = 0n
      for (const { segment, from } of plays) {
        const span = spans[segment % spans.length]!
        coverage.leave()
        coverage.play(span.fromMs + from * (span.toMs - span.fromMs), span.toMs)
        sent |= partsOfSpan(span, durationMs)
      }
      expect(BigInt(`0x${coverage.bitmap()}`) & ~sent).toBe(0n)
    }),
  )
})
