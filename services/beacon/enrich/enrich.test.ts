import { describe, expect, test } from 'vitest'
import { marksIn } from '#contract/marks.ts'
import { countCovered, isView, nothingCovered, type PlayState } from '#contract/play-state.ts'
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

  test('is marked as of a data centre, or of somebody who opens too often, where the token says so', () => {
    expect(enriched({ token: { isHosting: true } }).marks).toEqual(['hostingNetwork'])
    expect(enriched({ token: { isExcess: true } }).marks).toEqual(['tooManyPlays'])
  })

  test('may have watched all the time since the player opened', () => {
    const token = { issuedAtMs: nowMs - 10_000 }
    expect(enriched({ token, state: watched(10, { covered: firstParts(60) }) }).marks).toEqual([])
  })

  test('has watched what it waited for no longer than since it could be watched', () => {
    const token = { issuedAtMs: nowMs - 3_600_000, playableAtMs: nowMs - 10_000, durationMs: 600_000 }
    const { marks, state } = enriched({ token, state: watched(300, { covered: firstParts(10) }) })
    expect(marks).toEqual(['impossibleWatch'])
    expect(state).toMatchObject({ watchedMs: 11_100, hiddenMs: 0 })
  })

  test('that watched more than that is marked, and its times are cut to what is possible', () => {
    const token = { issuedAtMs: nowMs - 10_000, durationMs: 600_000 }
    const { marks, state } = enriched({ token, state: watched(300, { covered: firstParts(10), hiddenMs: 7_000 }) })
    expect(marks).toEqual(['impossibleWatch'])
    expect(state).toMatchObject({ watchedMs: 11_100, hiddenMs: 0 })
  })

  test.each([1_000, 5_600, 19_000, 20_000, 600_000])(
    'within a quarter of a view cannot make one of a video of %d ms',
    (durationMs) => {
      const enoughMs = Math.min(10_000, durationMs / 2)
      const token = { issuedAtMs: nowMs - enoughMs / 4, durationMs }
      const { marks, state } = enriched({ token, state: watched(600, { covered: firstParts(100) }) })
      expect(marks).toContain('impossibleWatch')
      expect(isView(state, durationMs)).toBe(false)
    },
  )

  test('that watched without having started is marked, and keeps nothing of it', () => {
    const { marks, state } = enriched({ state: playState({ watchedMs: 60_000, covered: firstParts(50) }) })
    expect(marks).toEqual(['impossibleWatch', 'impossibleCover'])
    expect(state).toMatchObject({ watchedMs: 0, covered: nothingCovered })
  })

  test('that stalled or waited longer than time passed is marked', () => {
    const token = { issuedAtMs: nowMs - 10_000 }
    const { marks, state } = enriched({ token, state: watched(1, { stallMs: 4e9, startupMs: 4e9 }) })
    expect(marks).toEqual(['impossibleWatch'])
    expect(state).toMatchObject({ watchedMs: 1_000, stallMs: 11_100, startupMs: 11_100 })
  })

  test('that repeated what it never covered is marked', () => {
    const { marks, state } = enriched({ state: watched(6, { repeated: firstParts(20) }) })
    expect(marks).toEqual(['impossibleCover'])
    expect(state.repeated).toBe(firstParts(10))
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
    // One second: 4/60 of the video at the highest speed, 1/60 leapt over, 4 visits, 20 glimpses, 3 parts at the ends.
    expect(state.covered).toBe(firstParts(35))
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
