import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { countCovered, isFinish } from '#contract/play-steps.ts'
import { type ClockEvent, createWatchClock, type WatchClock } from './watch-clock.ts'

const durationMs = 100_000
let clock: WatchClock
let nowMs: number
let positionMs: number
let rate: number
let isHidden: boolean

beforeEach(() => begin())

function begin(knownDurationMs = durationMs): void {
  clock = createWatchClock(knownDurationMs)
  nowMs = 5_000
  positionMs = 0
  rate = 1
  isHidden = false
}

function note(event: ClockEvent): void {
  clock.note(event, { nowMs, positionMs, rate, isHidden })
}

/** Play, and the media begins to move at once. */
function start(): void {
  clock.wish('person', nowMs)
  note('play')
  note('playing')
}

/** Lets both clocks run, sampled every 250 ms and at the end. */
function run(ms: number): void {
  for (let leftMs = ms; leftMs > 0; leftMs -= 250) {
    const stepMs = Math.min(250, leftMs)
    nowMs += stepMs
    positionMs += stepMs * rate
    note('tick')
  }
}

/** The wall clock runs, the media stands still. */
function standStill(ms: number): void {
  for (let leftMs = ms; leftMs > 0; leftMs -= 250) {
    nowMs += Math.min(250, leftMs)
    note('tick')
  }
}

function seek(toMs: number, takesMs = 100): void {
  positionMs = toMs
  note('seeking')
  nowMs += takesMs
  note('seeked')
  note('playing')
}

function pause(): void {
  note('pause')
}

describe('watch time', () => {
  it('is nothing before the media moves', () => {
    standStill(3_000)
    expect(clock.state()).toMatchObject({ started: 'no', watchedMs: 0, playing: false, startupMs: 0 })
  })

  it('is the time that the media clock advanced', () => {
    start()
    run(12_300)
    pause()
    expect(clock.state()).toMatchObject({ watchedMs: 12_300, hiddenMs: 0, positionMs: 12_300, playing: false })
  })

  it('counts up to the last sample while it plays', () => {
    start()
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 1_000, playing: true })
  })

  it('counts what ran between the last sample and the pause', () => {
    start()
    run(1_000)
    nowMs += 180
    positionMs += 180
    pause()
    expect(clock.state().watchedMs).toBe(1_180)
  })

  it('does not count a pause', () => {
    start()
    run(2_000)
    pause()
    standStill(60_000)
    start()
    run(1_000)
    expect(clock.state().watchedMs).toBe(3_000)
  })

  it('does not count a stall that the player tells', () => {
    start()
    run(2_000)
    note('waiting')
    standStill(4_000)
    note('playing')
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 3_000, stalls: 1, stallMs: 4_000 })
  })

  it('does not count a stall that nobody tells', () => {
    start()
    run(2_000)
    standStill(4_000)
    expect(clock.state()).toMatchObject({ watchedMs: 2_000, playing: false })
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 3_000, playing: true })
  })

  it('does not count the time of a seek', () => {
    start()
    run(2_000)
    seek(50_000, 3_000)
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 3_000, positionMs: 51_000, stalls: 0 })
  })

  it('counts what ran on between the last sample and a seek', () => {
    start()
    run(2_000)
    nowMs += 200
    seek(50_000)
    expect(clock.state()).toMatchObject({ watchedMs: 2_200, positionMs: 2_200 })
  })

  it('counts what ran from the target of a seek before its end was heard of', () => {
    start()
    run(2_000)
    positionMs = 50_000
    note('seeking')
    nowMs += 600
    note('waiting')
    nowMs += 300
    note('tick')
    positionMs = 50_800
    note('seeked')
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 3_800, repeats: 0, stalls: 0 })
    expect(countCovered(clock.state().covered)).toBe(2 + 2)
  })

  it('does not count that a seek ended a little beside its target', () => {
    start()
    run(2_000)
    positionMs = 50_000
    note('seeking')
    nowMs += 600
    positionMs = 50_080
    note('seeked')
    expect(clock.state()).toMatchObject({ watchedMs: 2_000, positionMs: 2_000 })
  })

  it('does not take a sleep before a seek for playing', () => {
    start()
    run(2_000)
    nowMs += 3_600_000
    seek(50_000)
    expect(clock.state().watchedMs).toBe(2_000)
  })

  it('does not count a jump that nobody tells', () => {
    start()
    run(2_000)
    nowMs += 250
    positionMs += 30_000
    note('tick')
    run(1_000)
    expect(clock.state().watchedMs).toBe(3_000)
    expect(countCovered(clock.state().covered)).toBeLessThanOrEqual(5)
  })

  it('does not count a jump back that nobody tells', () => {
    start()
    run(5_000)
    nowMs += 250
    positionMs = 1_000
    note('tick')
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 6_000, positionMs: 5_000 })
  })

  it('bears a small hole in the stream', () => {
    start()
    run(2_000)
    positionMs += 80
    run(2_000)
    expect(clock.state().watchedMs).toBe(4_000)
  })

  it('does not count a sleeping tab', () => {
    start()
    run(2_000)
    nowMs += 8 * 3_600_000
    note('tick')
    run(1_000)
    expect(clock.state().watchedMs).toBe(3_000)
  })

  it('counts a slow timer during which the media really ran', () => {
    start()
    nowMs += 60_000
    positionMs += 60_000
    note('tick')
    expect(clock.state().watchedMs).toBe(60_000)
  })

  it('is wall time, whatever the speed', () => {
    start()
    run(2_000)
    rate = 2
    note('ratechange')
    run(3_000)
    pause()
    expect(clock.state()).toMatchObject({ watchedMs: 5_000, positionMs: 8_000 })
  })

  it('notices a change of speed without an event, one sample late', () => {
    start()
    rate = 0.5
    run(4_000)
    expect(clock.state().watchedMs).toBeGreaterThanOrEqual(3_750)
    expect(clock.state().watchedMs).toBeLessThanOrEqual(4_000)
  })

  it('of a hidden tab is kept apart', () => {
    start()
    run(2_000)
    isHidden = true
    note('tick')
    run(7_000)
    isHidden = false
    note('tick')
    run(1_000)
    expect(clock.state()).toMatchObject({ watchedMs: 3_000, hiddenMs: 7_000 })
  })

  it('of a tab that was hidden from the start is hidden time', () => {
    isHidden = true
    start()
    run(4_000)
    expect(clock.state()).toMatchObject({ watchedMs: 0, hiddenMs: 4_000 })
  })

  it('is not lost to the jitter of single samples', () => {
    start()
    // The media clock is read 8 ms early and late in turn: a sum of single minima would lose a third of this.
    for (let sample = 1; sample <= 600; sample++) {
      nowMs += 16
      positionMs = sample * 16 + (sample % 2 ? 8 : -8)
      note('tick')
    }
    pause()
    expect(clock.state().watchedMs).toBeGreaterThan(9_550)
    expect(clock.state().watchedMs).toBeLessThanOrEqual(9_600)
  })

  it('goes on through the loop of a short video', () => {
    start()
    run(100_000)
    seek(0, 0)
    run(10_000)
    expect(clock.state()).toMatchObject({ watchedMs: 110_000, repeats: 10 })
  })

  it('never exceeds wall time, whatever happens', () => {
    const step = fc.record({
      event: fc.constantFrom<ClockEvent>('tick', 'play', 'playing', 'pause', 'waiting', 'seeking', 'seeked', 'ended'),
      wallMs: fc.nat(5_000),
      movedMs: fc.integer({ min: -10_000, max: 20_000 }),
      isHidden: fc.boolean(),
      rate: fc.constantFrom(0.5, 1, 2),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        begin()
        let before = clock.state()
        for (const next of steps) {
          nowMs += next.wallMs
          positionMs = Math.max(0, positionMs + next.movedMs)
          isHidden = next.isHidden
          rate = next.rate
          note(next.event)
          const after = clock.state()
          // Jitter may take back what a sample gave too early, never more.
          expect(after.watchedMs).toBeGreaterThanOrEqual(before.watchedMs - 100)
          expect(after.positionMs).toBeGreaterThanOrEqual(before.positionMs)
          expect(BigInt(`0x${before.covered}`) & ~BigInt(`0x${after.covered}`)).toBe(0n)
          before = after
        }
        expect(before.watchedMs + before.hiddenMs).toBeLessThanOrEqual(nowMs - 5_000)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a start', () => {
  it('is when the media moves, not when somebody wishes it', () => {
    clock.wish('person', nowMs)
    note('play')
    standStill(1_000)
    expect(clock.state().started).toBe('no')
    note('playing')
    run(100)
    expect(clock.state().started).toBe('person')
  })

  it('is told apart by person and autoplay', () => {
    clock.wish('autoplay', nowMs)
    note('play')
    run(250)
    clock.wish('person', nowMs)
    expect(clock.state().started).toBe('autoplay')
  })

  it('is a person’s where the browser had refused autoplay', () => {
    clock.wish('autoplay', nowMs)
    nowMs += 60_000
    start()
    run(250)
    expect(clock.state()).toMatchObject({ started: 'person', startupMs: 1 })
  })

  it('is a person’s who presses a key where the browser had refused autoplay', () => {
    clock.wish('autoplay', nowMs)
    clock.withdrawWish()
    nowMs += 60_000
    note('play')
    standStill(400)
    note('playing')
    run(250)
    expect(clock.state()).toMatchObject({ started: 'person', startupMs: 400 })
  })

  it('knows the time from the wish to the first moving picture', () => {
    clock.wish('person', nowMs)
    note('play')
    standStill(800)
    note('playing')
    // The sample comes 40 ms after the first picture.
    nowMs += 140
    positionMs += 40
    note('tick')
    expect(clock.state().startupMs).toBe(900)
  })

  it('keeps its startup time', () => {
    start()
    run(250)
    const { startupMs } = clock.state()
    pause()
    standStill(9_000)
    start()
    run(250)
    expect(clock.state().startupMs).toBe(startupMs)
  })
})

describe('a stall', () => {
  it('is not the wait before the first picture', () => {
    clock.wish('person', nowMs)
    note('play')
    note('waiting')
    standStill(2_000)
    note('playing')
    run(1_000)
    expect(clock.state()).toMatchObject({ stalls: 0, stallMs: 0 })
  })

  it('is not the wait after a seek', () => {
    start()
    run(1_000)
    positionMs = 60_000
    note('seeking')
    note('waiting')
    standStill(2_000)
    note('seeked')
    note('waiting')
    note('playing')
    expect(clock.state()).toMatchObject({ stalls: 0, stallMs: 0 })
  })

  it('counts once however often the element says so', () => {
    start()
    run(1_000)
    note('waiting')
    standStill(500)
    note('waiting')
    standStill(500)
    note('playing')
    run(1_000)
    expect(clock.state()).toMatchObject({ stalls: 1, stallMs: 1_000 })
  })

  it('is told while it lasts', () => {
    start()
    run(1_000)
    note('waiting')
    standStill(1_500)
    expect(clock.state()).toMatchObject({ stalls: 1, stallMs: 1_500, playing: false })
  })

  it('ends with a pause', () => {
    start()
    run(1_000)
    note('waiting')
    standStill(1_500)
    pause()
    standStill(9_000)
    expect(clock.state().stallMs).toBe(1_500)
  })
})

describe('what was covered', () => {
  it('is each of the hundred parts that played', () => {
    start()
    run(10_000)
    expect(clock.state().covered).toBe('3ff'.padStart(25, '0'))
  })

  it('is not what was skipped', () => {
    start()
    run(2_000)
    seek(98_000)
    run(2_000)
    expect(BigInt(`0x${clock.state().covered}`)).toBe(0b11n | (0b11n << 98n))
    expect(clock.state().repeats).toBe(0)
  })

  it('makes a finish of a video seen to its end', () => {
    start()
    run(durationMs)
    note('ended')
    const state = clock.state()
    expect(countCovered(state.covered)).toBe(100)
    expect(isFinish(state, durationMs)).toBe(true)
  })

  it('counts a part that is entered again as a repeat', () => {
    start()
    run(5_000)
    seek(0)
    run(3_000)
    expect(clock.state()).toMatchObject({ repeats: 3, repeated: '7'.padStart(25, '0') })
  })

  it('says which parts were entered again, each once however often that was', () => {
    start()
    run(5_000)
    seek(1_000)
    run(2_000)
    seek(1_000)
    run(1_000)
    seek(90_000)
    run(2_000)
    expect(clock.state()).toMatchObject({ repeats: 3, repeated: '6'.padStart(25, '0') })
  })

  it('does not take a nudge within a part for a repeat, but a step back is one', () => {
    start()
    run(1_500)
    seek(1_550)
    run(250)
    expect(clock.state().repeats).toBe(0)
    seek(1_400)
    run(250)
    expect(clock.state()).toMatchObject({ repeats: 1, repeated: '2'.padStart(25, '0') })
  })

  it('counts no more repeats than a beacon may say', () => {
    begin(1_000)
    start()
    for (let round = 0; round < 700; round++) {
      run(1_000)
      seek(0, 0)
    }
    expect(clock.state()).toMatchObject({ repeats: 65_535, repeated: 'f'.repeat(25) })
  })

  it('does not take a pause for a repeat', () => {
    start()
    run(1_500)
    pause()
    start()
    run(300)
    expect(clock.state().repeats).toBe(0)
  })

  it('is remembered while the length is not known, and counted then', () => {
    begin(0)
    start()
    run(10_000)
    seek(50_000)
    run(1_000)
    expect(countCovered(clock.state().covered)).toBe(0)
    clock.setDuration(durationMs)
    expect(BigInt(`0x${clock.state().covered}`)).toBe(0x3ffn | (1n << 50n))
    run(2_000)
    expect(countCovered(clock.state().covered)).toBe(13)
  })

  it('keeps the first length that it was given', () => {
    start()
    run(10_000)
    clock.setDuration(10_000)
    expect(countCovered(clock.state().covered)).toBe(10)
  })
})
