import type { Beacon, PlayState } from '#contract/play-state.ts'
import { isEngaged, isFinish, isView } from '#contract/play-steps.ts'

export interface BeaconSenderOptions {
  url: string
  durationMs: () => number
  readState: () => PlayState
  /** The effects, so that the schedule can be tested without a browser. */
  effects?: Partial<SenderEffects>
}

export interface SenderEffects {
  post(url: string, body: string): Promise<BeaconAnswer>
  /** True where the browser took it over; nobody tells whether it arrived. */
  sendLast(url: string, body: string): boolean
  setTimer(run: () => void, afterMs: number): unknown
  clearTimer(timer: unknown): void
}

export interface BeaconAnswer {
  status: number
  retryAfterSeconds: number | null
  /** How long a busy collector would like to hear nothing while all goes on as it does; null for the usual. */
  nextSeconds: number | null
}

export interface BeaconSender {
  /** Sending begins once the token of this play is known; only the first one counts, so that a play has one site. */
  useToken(token: string): void
  /** Something may have changed: sends where a step was reached, or where playing began or ended (by pause or at the end). */
  notice(isPlaying: boolean): void
  /** The page was hidden: it plays on, or it ends without another word. */
  hide(): void
  /** The page is gone in a moment, and nobody watches it any more, whatever its media element says. */
  leave(): void
  /** The page that was left is shown again. */
  comeBack(isPlaying: boolean): void
  /** Whether the collector has taken anything of this play. */
  isHeard(): boolean
}

/**
 * Tells the collector how far the play is: cumulative state, so that any beacon but the last may be lost.
 * One request at a time, always with the newest state; the player never waits for any of it.
 */
export function createBeaconSender(options: BeaconSenderOptions): BeaconSender {
  const { post, sendLast, setTimer, clearTimer } = { ...browserEffects, ...options.effects }
  let token: string | null = null
  let seq = 0
  let isSending = false
  let isWanted = false
  let isRefused = false
  let isHeard = false
  let failures = 0
  let reached = ''
  let isPlaying = false
  let hasSaidPlaying = false
  let isGone = false
  let rounds = 0
  let leastRoundMs = 0
  let roundTimer: unknown = null
  let retryTimer: unknown = null

  function notice(isPlayingNow: boolean): void {
    // The media element speaks until the page is frozen.
    if (isGone) return
    const state = options.readState()
    const steps = stepsOf(state, options.durationMs())
    // After a pause the media moves a moment later than it was asked to; who counts those who watch now wants to know.
    const isInMotionAgain = isPlayingNow && state.playing === true && !hasSaidPlaying
    if (steps === reached && isPlayingNow === isPlaying && !isInMotionAgain) return
    reached = steps
    isPlaying = isPlayingNow
    if (isPlaying) startRounds()
    else stopRounds()
    send()
  }

  /** At 5 s, at 10 s, then every 15 s of playing; less often where the collector asks for it. */
  function startRounds(): void {
    roundTimer ??= setTimer(nextRound, Math.max(rounds < 2 ? 5_000 : 15_000, leastRoundMs))
  }

  function nextRound(): void {
    roundTimer = null
    rounds++
    startRounds()
    send()
  }

  function stopRounds(): void {
    clearTimer(roundTimer)
    roundTimer = null
  }

  function send(): void {
    isWanted = true
    if (token && !isSending && !isRefused && retryTimer === null) void deliver()
  }

  async function deliver(): Promise<void> {
    isSending = true
    isWanted = false
    const answer = await post(options.url, nextBody()).catch(() => null)
    isSending = false
    if (answer && answer.status < 300) {
      failures = 0
      isHeard = true
      stretchRounds(answer.nextSeconds)
    }
    // Any other 4xx says the same again however often it is asked.
    else if (answer && answer.status < 500 && answer.status !== 429) isRefused = true
    else retryLater(answer?.retryAfterSeconds ?? null)
    if (isWanted) send()
  }

  function stretchRounds(nextSeconds: number | null): void {
    const before = leastRoundMs
    leastRoundMs = Math.min(longestRoundMs, (nextSeconds ?? 0) * 1_000)
    if (leastRoundMs === before || roundTimer === null) return
    stopRounds()
    startRounds()
  }

  function retryLater(retryAfterSeconds: number | null): void {
    isWanted = true
    const backOffMs = Math.min(60_000, 1_000 * 2 ** failures++)
    // Spread out, so that the players of a whole audience don't come back in the same moment.
    const waitMs = Math.max(backOffMs, (retryAfterSeconds ?? 0) * 1_000) * (1 + Math.random() / 4)
    retryTimer = setTimer(() => {
      retryTimer = null
      send()
    }, waitMs)
  }

  function nextBody(): string {
    const state = { ...options.readState(), ...(isGone && { playing: false }) }
    hasSaidPlaying = state.playing === true
    return JSON.stringify({ token: token!, seq: ++seq, state } satisfies Beacon)
  }

  function sendLastWord(): void {
    if (!token || isRefused) return
    const body = nextBody()
    if (!sendLast(options.url, body)) void post(options.url, body).catch(() => null)
  }

  return {
    useToken: (given) => {
      if (token) return
      token = given
      send()
    },
    notice,
    hide: sendLastWord,
    leave: () => {
      isGone = true
      isPlaying = false
      stopRounds()
      sendLastWord()
    },
    comeBack: (isPlayingNow) => {
      isGone = false
      notice(isPlayingNow)
    },
    isHeard: () => isHeard,
  }
}

// What is watched between two beacons is lost where a browser dies; five minutes of that are enough.
const longestRoundMs = 300_000

/** The steps of the ladder and what went wrong: a beacon goes out whenever this text changes. */
function stepsOf(state: PlayState, durationMs: number): string {
  return [
    state.visible,
    state.started,
    isView(state, durationMs),
    isEngaged(state, durationMs),
    isFinish(state, durationMs),
    state.errors,
    state.autoplayBlocked,
  ].join()
}

const browserEffects: SenderEffects = {
  post: async (url, body) => {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      keepalive: true,
      credentials: 'omit',
      headers: { 'Content-Type': 'text/plain' },
    })
    const secondsIn = (header: string) => Number(answer.headers.get(header)) || null
    return {
      status: answer.status,
      retryAfterSeconds: secondsIn('Retry-After'),
      nextSeconds: secondsIn('X-QQ-Next'),
    }
  },
  sendLast: (url, body) => navigator.sendBeacon(url, body),
  setTimer: (run, afterMs) => setTimeout(run, afterMs),
  clearTimer: (timer) => clearTimeout(timer as number),
}
