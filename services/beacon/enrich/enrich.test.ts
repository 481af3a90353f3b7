import { describe, expect, test } from 'vitest'
import { marksIn } from '#contract/marks.ts'
import { countCovered, type PlayState } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { firstParts, playState, playToken, watched } from '#support/plays.ts'
import type { Arrival } from './arrival.ts'
import { enrich } from './enrich.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

describe('a beacon that arrives', () => {
  test('is not marked when a person watches', () => {
    expect(enriched({ state: watched(60) }).marks).toEqual([])
  })

  test.each(['Googlebot/2.1', 'curl/8.5.0', 'HeadlessChrome/140.0', ''])(
    'is marked as a robot by the agent "%s"',
    (userAgent) => {
      expect(enriched({ userAgent }).marks).toEqual(['bot'])
    },
  )

  test("is marked as the owner's own play where the token says so", () => {
    expect(enriched({ token: { isOwn: true } }).marks).toEqual(['ownPlay'])
  })

  test('is marked where the browser loads the page ahead of time', () => {
    expect(enriched({ purpose: 'prefetch;prerender' }).marks).toEqual(['prerendered'])
  })

  test('may have watched four times the time since the player opened', () => {
    const token = { issuedAtMs: nowMs - 10_000 }
    expect(enriched({ token, state: watched(40) }).marks).toEqual([])
  })

  test('that watched more than that is marked, and its times are cut to what is possible', () => {
    const token = { issuedAtMs: nowMs - 10_000, durationMs: 600_000 }
    const { marks, state } = enriched({ token, state: watched(300, { covered: firstParts(10), hiddenMs: 7_000 }) })
    expect(marks).toEqual(['impossibleWatch'])
    expect(state).toMatchObject({ watchedMs: 45_000, hiddenMs: 0 })
  })

  test('counts time in a hidden tab towards what is possible', () => {
    const token = { issuedAtMs: nowMs - 1_000 }
    expect(enriched({ token, state: playState({ started: 'autoplay', hiddenMs: 60_000 }) }).marks).toEqual([
      'impossibleWatch',
    ])
  })

  test('that covered what it had no time to play is marked, and keeps the parts that were possible', () => {
    const { marks, state } = enriched({ state: watched(1, { covered: firstParts(100) }) })
    expect(marks).toEqual(['impossibleCover'])
    // One second: 4/60 of the video at the highest speed, 4 visits of a moment, 2 parts at the ends.
    expect(state.covered).toBe(firstParts(12))
  })

  test('may skip through a long video', () => {
    const token = { durationMs: 2 * 60 * 60_000 }
    const skimmed = (0x1111111111111111n << 20n).toString(16).padStart(25, '0')
    expect(countCovered(skimmed)).toBe(16)
    expect(enriched({ token, state: watched(30, { covered: skimmed }) }).marks).toEqual([])
  })

  test('of a video that still grows is not judged by its length', () => {
    expect(enriched({ token: { durationMs: 0 }, state: watched(1, { covered: firstParts(100) }) }).marks).toEqual([])
  })

  test('may bear several marks', () => {
    const state = watched(0, { covered: firstParts(50) })
    expect(enriched({ userAgent: 'curl/8', token: { isOwn: true }, state }).marks).toEqual([
      'bot',
      'ownPlay',
      'impossibleCover',
    ])
  })
})

const nowMs = Date.now()

function enriched(what: { token?: Partial<PlayToken>; state?: PlayState; userAgent?: string; purpose?: string }) {
  const arrival: Arrival = {
    token: playToken({ issuedAtMs: nowMs - 5 * 60_000, ...what.token }),
    seq: 1,
    state: what.state ?? playState(),
    receivedAtMs: nowMs,
    userAgent: what.userAgent ?? firefox,
    purpose: what.purpose ?? '',
    marks: 0,
  }
  enrich(arrival)
  return { marks: marksIn(arrival.marks), state: arrival.state }
}
