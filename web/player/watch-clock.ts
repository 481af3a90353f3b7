import { nothingCovered, partCount } from '#contract/play-steps.ts'
import { createCoverage } from './coverage.ts'

/** What a media element and a monotonic clock say at one moment. */
export interface Moment {
  /** `performance.now()`. */
  nowMs: number
  /** `currentTime`, in milliseconds. */
  positionMs: number
  /** `playbackRate`. */
  rate: number
  /** Whether the tab is hidden. */
  isHidden: boolean
}

/** The events of a media element that the clock listens to; `tick` is any moment in between. */
export type ClockEvent =
  | 'tick'
  | 'play'
  | 'playing'
  | 'pause'
  | 'waiting'
  | 'seeking'
  | 'seeked'
  | 'ended'
  | 'ratechange'

/** What the clock knows so far; the fields are those of the contract's PlayState. */
export interface WatchState {
  started: 'no' | 'person' | 'autoplay'
  watchedMs: number
  hiddenMs: number
  covered: string
  repeated: string
  repeats: number
  positionMs: number
  startupMs: number
  stalls: number
  stallMs: number
  playing: boolean
}

export interface WatchClock {
  /** Somebody, or the page, wants it to play; startup is measured from here. A person's wish replaces autoplay's until it started. */
  wish(by: 'person' | 'autoplay', nowMs: number): void
  /** The browser forbade what was wished: whoever starts it later did not wait since then, and is a person. */
  withdrawWish(): void
  note(event: ClockEvent, moment: Moment): void
  /** Parts of the video can be counted once its length is known for good; what was played before is not lost. */
  setDuration(durationMs: number): void
  state(): WatchState
}

/**
 * Turns the events of a media element into watch time: time during which the media clock advanced at playing speed.
 *
 * Both clocks are measured over a whole stretch of playing (from one play, seek, stall or change of speed or tab to the
 * next), and the smaller advance counts. So a stalled or sleeping player earns nothing though the wall clock runs, a
 * jump of the position earns nothing though the media clock leaps, and the jitter of single samples cancels out.
 */
export function createWatchClock(initialDurationMs: number): WatchClock {
  const coverage = createCoverage(partCount)
  let wished: { by: 'person' | 'autoplay'; nowMs: number } | null = null
  let last: Moment | null = null
  let isPaused = true
  let isSeeking = false
  let stalledSinceMs: number | null = null
  // The stretch in progress, and what earlier ones added up to.
  let stretch = { wallMs: 0, mediaMs: 0 }
  const earned = { watchedMs: 0, hiddenMs: 0 }
  const seen = { started: 'no' as WatchState['started'], positionMs: 0, startupMs: 0, stalls: 0, stallMs: 0 }
  let isMoving = false
  // Since the last seek, stall or stop; without it a wait is the tail of that, not a new stall.
  let hasPlayedOn = false

  coverage.setDuration(initialDurationMs)

  function note(event: ClockEvent, moment: Moment): void {
    if (last && !isPaused) settle(event, last, moment)
    const isAside = event === 'tick' || (isSeeking && (event === 'waiting' || event === 'playing'))
    if (!isAside || (last && (last.isHidden !== moment.isHidden || last.rate !== moment.rate))) closeStretch()
    changeOf[event]?.(moment)
    last = moment
  }

  const changeOf: Partial<Record<ClockEvent, (moment: Moment) => void>> = {
    play: ({ nowMs }) => {
      isPaused = false
      // Keys, headphones and the system's own controls start it without asking us.
      wished ??= { by: 'person', nowMs }
    },
    playing: (moment) => {
      isPaused = false
      endStall(moment.nowMs)
    },
    pause: (moment) => stop(moment),
    ended: (moment) => stop(moment),
    seeking: (moment) => {
      isSeeking = true
      isMoving = false
      hasPlayedOn = false
      coverage.leave()
      endStall(moment.nowMs)
    },
    seeked: () => {
      isSeeking = false
    },
    waiting: (moment) => {
      // Before the first picture it is startup, and after a seek it is the seek.
      if (seen.started === 'no' || isPaused || isSeeking || stalledSinceMs !== null || !hasPlayedOn) return
      isMoving = false
      hasPlayedOn = false
      stalledSinceMs = moment.nowMs
      seen.stalls++
    },
  }

  /** Adds the time between two moments to the stretch, as far as the media moved. */
  function settle(event: ClockEvent, before: Moment, after: Moment): void {
    const wallMs = Math.max(0, after.nowMs - before.nowMs)
    // At `seeking` the position is the target already; the picture ran on until then.
    const movedMs = event === 'seeking' ? ranOnMs(wallMs, before.rate) : after.positionMs - before.positionMs
    // A seek may end beside its target. A busy page hears of its end late, though, when the picture runs already.
    if (isSeeking && movedMs <= jitterMs) {
      stretch.wallMs += wallMs
      return
    }
    const mediaMs = movedMs / before.rate
    if (mediaMs > wallMs + jumpToleranceMs || mediaMs < -jitterMs) {
      closeStretch()
      coverage.leave()
      return
    }
    stretch.wallMs += wallMs
    stretch.mediaMs += mediaMs
    if (movedMs > 0) moved(before, movedMs, after.nowMs)
    else if (wallMs > jitterMs) isMoving = false
  }

  function ranOnMs(wallMs: number, rate: number): number {
    return isMoving && wallMs <= longestSampleGapMs ? wallMs * rate : 0
  }

  function moved(before: Moment, movedMs: number, nowMs: number): void {
    const endMs = before.positionMs + movedMs
    coverage.play(before.positionMs, endMs)
    seen.positionMs = Math.max(seen.positionMs, endMs)
    isMoving = true
    hasPlayedOn = true
    endStall(nowMs)
    if (seen.started !== 'no') return
    seen.started = wished?.by ?? 'person'
    // The clock began to move before this sample saw it; and some startup there is, since 0 means "not yet".
    const beganMs = nowMs - movedMs / before.rate
    seen.startupMs = Math.max(1, beganMs - (wished?.nowMs ?? beganMs))
  }

  function closeStretch(): void {
    earned[last?.isHidden ? 'hiddenMs' : 'watchedMs'] += Math.min(stretch.wallMs, stretch.mediaMs)
    stretch = { wallMs: 0, mediaMs: 0 }
  }

  function endStall(nowMs: number): void {
    if (stalledSinceMs !== null) seen.stallMs += Math.max(0, nowMs - stalledSinceMs)
    stalledSinceMs = null
  }

  function stop(moment: Moment): void {
    isPaused = true
    isMoving = false
    hasPlayedOn = false
    endStall(moment.nowMs)
  }

  return {
    wish: (by, nowMs) => {
      if (!wished || (by === 'person' && seen.started === 'no')) wished = { by, nowMs }
    },
    withdrawWish: () => {
      wished = null
    },
    note,
    setDuration: coverage.setDuration,
    state: () => {
      const open = Math.min(stretch.wallMs, stretch.mediaMs)
      return {
        started: seen.started,
        watchedMs: Math.round(earned.watchedMs + (last?.isHidden ? 0 : open)),
        hiddenMs: Math.round(earned.hiddenMs + (last?.isHidden ? open : 0)),
        covered: coverage.bitmap() ?? nothingCovered,
        repeated: coverage.repeatedBitmap() ?? nothingCovered,
        repeats: coverage.repeats(),
        positionMs: Math.round(seen.positionMs),
        startupMs: Math.round(seen.startupMs),
        stalls: seen.stalls,
        stallMs: Math.round(seen.stallMs + (stalledSinceMs === null ? 0 : last!.nowMs - stalledSinceMs)),
        playing: !isPaused && !isSeeking && isMoving,
      }
    },
  }
}

// A player skips small holes in a stream by itself; anything that leaps farther is a jump, not playing.
const jumpToleranceMs = 1_000

// Media clocks are corrected by a few milliseconds now and then, backwards too.
const jitterMs = 100

// Samples come every 250 ms, in a hidden tab every second; a longer silence before a seek earns nothing.
const longestSampleGapMs = 1_200
