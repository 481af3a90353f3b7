import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marksIn } from '#contract/marks.ts'
import { countCovered, maxPlaybackRate, type PlayState, partCount } from '#contract/play-state.ts'
import { playState, playToken } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { createWatchClock } from '../../../web/player/watch-clock.ts'
import type { Arrival } from './arrival.ts'
import { enrich } from './enrich.ts'

const openedAtMs = Date.UTC(2026, 4, 20, 12)

/** What a viewer does and meets; each step is followed by a beacon. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('play' as const), ms: fc.integer({ min: 1, max: 60_000 }) }) },
  fc.record({ do: fc.constant('pause' as const), ms: fc.integer({ min: 1, max: 600_000 }) }),
  fc.record({ do: fc.constant('stall' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ do: fc.constant('seek' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('rate' as const), rate: fc.constantFrom(0.25, 0.5, 1, 1.25, 2, 3, maxPlaybackRate) }),
  fc.record({ do: fc.constant('hide' as const) }),
  // Back and forth with the keys, a moment of playing in between.
  fc.record({
    do: fc.constant('scrub' as const),
    times: fc.integer({ min: 1, max: 6 }),
    ms: fc.integer({ min: 40, max: 300 }),
  }),
)

const viewing = fc.record({
  durationMs: fc.oneof(fc.integer({ min: 400, max: 20_000 }), fc.integer({ min: 20_000, max: 4 * 60 * 60_000 })),
  /** From the making of the token until the media could play. */
  loadMs: fc.integer({ min: 150, max: 5_000 }),
  /** How far the collector's clock is behind the one that made the token, or ahead of it. */
  skewMs: fc.integer({ min: -250, max: 250 }),
  /** How much faster or slower the viewer's clock runs, in millionths. */
  driftPpm: fc.integer({ min: -500, max: 500 }),
  delayMs: fc.integer({ min: 0, max: 30_000 }),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
})

type Viewing = typeof viewing extends fc.Arbitrary<infer Value> ? Value : never

test('an honest player is never marked, at any speed, with pauses, stalls, jumps, delays and clocks that differ', () => {
  fc.assert(
    fc.property(viewing, (what) => {
      for (const arrival of beaconsOf(what)) {
        const said = structuredClone(arrival.state)
        enrich(arrival)
        expect(marksIn(arrival.marks)).toEqual([])
        expect(arrival.state).toEqual(said)
      }
    }),
    { numRuns: 1_500 },
  )
})

test('an impossible state is always marked, and cut to what is possible', () => {
  const forged = fc.record({
    durationMs: fc.integer({ min: 1, max: 4 * 60 * 60_000 }),
    passedMs: fc.integer({ min: 0, max: 60 * 60_000 }),
    tooMuchMs: fc.integer({ min: 1, max: 0x7fff_ffff }),
    hiddenShare: fc.double({ min: 0, max: 1, noNaN: true }),
    started: fc.constantFrom('no' as const, 'person' as const, 'autoplay' as const),
  })
  fc.assert(
    fc.property(forged, ({ durationMs, passedMs, tooMuchMs, hiddenShare, started }) => {
      // More than one per cent and a second is beyond what any clocks can differ by.
      const mostMs = Math.floor(passedMs * 1.01 + 1_000)
      const playedMs = mostMs + tooMuchMs
      const hiddenMs = Math.floor(playedMs * hiddenShare)
      const state = playState({ started, watchedMs: playedMs - hiddenMs, hiddenMs, covered: 'f'.repeat(25) })
      const arrival = arrivalOf({ durationMs, state, receivedAtMs: openedAtMs + passedMs })
      enrich(arrival)
      expect(marksIn(arrival.marks)).toContain('impossibleWatch')
      expect(arrival.state.watchedMs + arrival.state.hiddenMs).toBeLessThanOrEqual(mostMs)
    }),
  )
})

test('what is covered beyond what was played is always marked, and cut', () => {
  const forged = fc.record({
    durationMs: fc.integer({ min: 60_000, max: 4 * 60 * 60_000 }),
    watchedMs: fc.integer({ min: 0, max: 5_000 }),
    parts: fc.integer({ min: 50, max: partCount }),
  })
  fc.assert(
    fc.property(forged, ({ durationMs, watchedMs, parts }) => {
      const covered = ((1n << BigInt(parts)) - 1n).toString(16).padStart(25, '0')
      const state = playState({ started: 'person', watchedMs, covered })
      const arrival = arrivalOf({ durationMs, state, receivedAtMs: openedAtMs + 60 * 60_000 })
      enrich(arrival)
      const mostParts =
        ((watchedMs * maxPlaybackRate + 1_000) * partCount) / durationMs +
        watchedMs / 250 +
        Math.min(20, watchedMs / 40) +
        3
      const isImpossible = parts > Math.floor(mostParts)
      expect(marksIn(arrival.marks)).toEqual(isImpossible ? ['impossibleCover'] : [])
      expect(countCovered(arrival.state.covered)).toBe(Math.min(parts, Math.floor(mostParts)))
    }),
  )
})

/** Plays a video with the player's own clock, sampled as the player does. */
function beaconsOf({ durationMs, loadMs, skewMs, driftPpm, delayMs, steps }: Viewing): Arrival[] {
  const clock = createWatchClock(durationMs)
  const now = { trueMs: loadMs, positionMs: 0, rate: 1, isHidden: false }
  const note = (event: Parameters<typeof clock.note>[0]) =>
    clock.note(event, { ...now, nowMs: now.trueMs * (1 + driftPpm / 1e6) })

  function run(ms: number, isMoving: boolean): void {
    const sampleMs = now.isHidden ? 1_000 : 250
    for (let leftMs = ms; leftMs > 0; leftMs -= sampleMs) {
      const stepMs = Math.min(sampleMs, leftMs)
      now.trueMs += stepMs
      if (isMoving) now.positionMs = Math.min(durationMs, now.positionMs + stepMs * now.rate)
      note('tick')
      if (now.positionMs >= durationMs) {
        note('pause')
        note('ended')
        return
      }
    }
  }

  function seek(toMs: number): void {
    now.positionMs = toMs
    note('seeking')
    now.trueMs += 20
    note('seeked')
    note('playing')
  }

  clock.wish('person', now.trueMs * (1 + driftPpm / 1e6))
  note('play')
  note('playing')
  return steps.map((what, at) => {
    if (what.do === 'play') {
      if (now.positionMs >= durationMs) seek(0)
      note('play')
      note('playing')
      run(what.ms, true)
    } else if (what.do === 'pause') {
      note('pause')
      run(what.ms, false)
    } else if (what.do === 'stall') {
      note('waiting')
      run(what.ms, false)
      note('playing')
    } else if (what.do === 'seek') seek(what.to * durationMs)
    else if (what.do === 'rate') {
      now.rate = what.rate
      note('ratechange')
    } else if (what.do === 'hide') {
      now.isHidden = !now.isHidden
      note('tick')
    } else {
      for (let time = 0; time < what.times; time++) {
        seek(((now.positionMs / durationMs + 0.37) % 1) * durationMs)
        run(what.ms, true)
      }
    }
    const receivedAtMs = openedAtMs + now.trueMs + skewMs + delayMs
    const state = { ...playState(), ...clock.state() }
    return arrivalOf({ durationMs, state, receivedAtMs, seq: at + 1 })
  })
}

function arrivalOf(what: { durationMs: number; state: PlayState; receivedAtMs: number; seq?: number }): Arrival {
  const { durationMs, state, receivedAtMs, seq = 1 } = what
  const token = playToken({ issuedAtMs: openedAtMs, durationMs })
  return { token, seq, state, receivedAtMs, userAgent: browser, purpose: '', marks: 0 }
}
