import { beforeEach, describe, expect, it } from 'vitest'
import type { Beacon, PlayState } from '#contract/play-state.ts'
import { beaconMaxBytes, beaconSchema } from '#contract/play-state.ts'
import { nothingCovered } from '#contract/play-steps.ts'
import { type BeaconAnswer, type BeaconSender, createBeaconSender } from './beacon-sender.ts'

const begun: PlayState = {
  visible: false,
  started: 'no',
  watchedMs: 0,
  hiddenMs: 0,
  covered: nothingCovered,
  repeated: nothingCovered,
  repeats: 0,
  positionMs: 0,
  startupMs: 0,
  stalls: 0,
  stallMs: 0,
  errors: 0,
  quality: 0,
  playerWidth: 640,
  playerHeight: 360,
  fullscreenBlocked: false,
  autoplayBlocked: false,
  sandboxed: false,
  playing: false,
}

let state: PlayState
let sender: BeaconSender
let posted: Beacon[]
let lasts: Beacon[]
/** What the collector answers next; null is a cut line. */
let answer: BeaconAnswer | null
let timers: { run(): void; afterMs: number }[]
let takesLast: boolean

const answerOf = (status: number, retryAfterSeconds: number | null = null, nextSeconds: number | null = null) => ({
  status,
  retryAfterSeconds,
  nextSeconds,
})

beforeEach(() => {
  state = begun
  posted = []
  lasts = []
  timers = []
  answer = answerOf(204)
  takesLast = true
  sender = createBeaconSender({
    url: '/beacon',
    durationMs: () => 60_000,
    readState: () => state,
    effects: {
      post: async (_, body) => {
        posted.push(beaconSchema.parse(JSON.parse(body)))
        if (answer) return answer
        throw new TypeError('Failed to fetch')
      },
      sendLast: (_, body) => {
        if (takesLast) lasts.push(beaconSchema.parse(JSON.parse(body)))
        return takesLast
      },
      setTimer: (run, afterMs) => {
        const timer = { run, afterMs }
        timers.push(timer)
        return timer
      },
      clearTimer: (timer) => {
        timers = timers.filter((other) => other !== timer)
      },
    },
  })
})

/** Lets the promises of a finished request run. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Runs the one timer there is, and tells how long it was. */
async function nextTimer(): Promise<number> {
  expect(timers).toHaveLength(1)
  const { run, afterMs } = timers.pop()!
  run()
  await settled()
  return afterMs
}

async function change(changes: Partial<PlayState>, isPlaying = false): Promise<void> {
  state = { ...state, ...changes }
  sender.notice(isPlaying)
  await settled()
}

describe('beacons', () => {
  it('wait for the token, then tell the load', async () => {
    await change({ visible: true })
    expect(posted).toHaveLength(0)
    sender.useToken('first')
    await settled()
    expect(posted).toEqual([{ token: 'first', seq: 1, state: { ...begun, visible: true } }])
  })

  it('keep the first token of a play', async () => {
    sender.useToken('first')
    sender.useToken('second')
    await settled()
    await change({ visible: true })
    expect(posted.map(({ token }) => token)).toEqual(['first', 'first'])
  })

  it('go out on each step, and not in between', async () => {
    sender.useToken('t')
    await settled()
    await change({ visible: true })
    await change({ started: 'person', watchedMs: 20 }, true)
    await change({ watchedMs: 5_000 }, true)
    await change({ watchedMs: 10_000 }, true)
    await change({ watchedMs: 20_000 }, true)
    await change({ watchedMs: 30_000 }, true)
    expect(posted.map((beacon) => beacon.state.watchedMs)).toEqual([0, 0, 20, 10_000, 30_000])
    expect(posted.map((beacon) => beacon.seq)).toEqual([1, 2, 3, 4, 5])
  })

  it('go out at 5 s, 10 s and every 15 s while it plays', async () => {
    sender.useToken('t')
    await change({ started: 'person' }, true)
    const waits = [await nextTimer(), await nextTimer(), await nextTimer(), await nextTimer()]
    expect(waits).toEqual([5_000, 5_000, 15_000, 15_000])
    expect(posted).toHaveLength(6)
  })

  it('go out less often where the collector asks for it, and as usual once it no longer does', async () => {
    sender.useToken('t')
    answer = answerOf(204, null, 60)
    await change({ started: 'person' }, true)
    const stretched = [await nextTimer(), await nextTimer()]
    answer = answerOf(204)
    stretched.push(await nextTimer())
    expect(stretched).toEqual([60_000, 60_000, 60_000])
    expect(await nextTimer()).toBe(15_000)
  })

  it('go out at each step however long the collector asks not to be told', async () => {
    sender.useToken('t')
    answer = answerOf(204, null, 86_400)
    await change({ started: 'person' }, true)
    expect(timers[0]!.afterMs).toBe(300_000)
    await change({ watchedMs: 10_000 }, true)
    expect(posted.at(-1)!.state.watchedMs).toBe(10_000)
  })

  it('go out at a pause, and then rest', async () => {
    sender.useToken('t')
    await change({ started: 'person' }, true)
    await change({ watchedMs: 4_000 }, false)
    expect(posted.at(-1)!.state.watchedMs).toBe(4_000)
    expect(timers).toHaveLength(0)
  })

  it('go out once the media moves again after a pause', async () => {
    sender.useToken('t')
    await change({ started: 'person', playing: true }, true)
    await change({ playing: false }, false)
    await change({}, true)
    await change({ playing: true }, true)
    await change({ watchedMs: 1_000 }, true)
    expect(posted.map((beacon) => beacon.state.playing).slice(-4)).toEqual([true, false, false, true])
  })

  it('go one at a time, and catch up with the newest state', async () => {
    sender.useToken('t')
    sender.notice(false)
    state = { ...state, visible: true }
    sender.notice(false)
    state = { ...state, started: 'person' }
    sender.notice(false)
    await settled()
    expect(posted.map((beacon) => [beacon.seq, beacon.state.visible, beacon.state.started])).toEqual([
      [1, false, 'no'],
      [2, true, 'person'],
    ])
  })

  it('are under a kilobyte beside the token', () => {
    const full = {
      token: '',
      seq: 1_000_000,
      state: { ...begun, watchedMs: 86_400_000, covered: 'f'.repeat(25), repeated: 'f'.repeat(25) },
    }
    expect(JSON.stringify(full).length).toBeLessThan(1_000)
    expect(beaconMaxBytes).toBeGreaterThan(1_000 + 2_048)
  })
})

describe('a collector that can’t be reached', () => {
  it('is tried again with longer waits and the state of then', async () => {
    answer = null
    sender.useToken('t')
    await settled()
    const first = await nextTimer()
    state = { ...state, watchedMs: 7_000 }
    const second = await nextTimer()
    answer = answerOf(204)
    const third = await nextTimer()
    expect([first, second, third].map((ms) => ms >= 1_000)).toEqual([true, true, true])
    expect(second).toBeGreaterThanOrEqual(2_000)
    expect(third).toBeGreaterThanOrEqual(4_000)
    expect(posted.map((beacon) => beacon.seq)).toEqual([1, 2, 3, 4])
    expect(posted.at(-1)!.state.watchedMs).toBe(7_000)
    expect(timers).toHaveLength(0)
  })

  it('is not pressed by steps while the wait lasts', async () => {
    answer = answerOf(503, 20)
    sender.useToken('t')
    await settled()
    await change({ visible: true })
    expect(posted).toHaveLength(1)
    expect(timers[0]!.afterMs).toBeGreaterThanOrEqual(20_000)
  })

  it('is never waited for longer than a minute and a quarter by ourselves', async () => {
    answer = answerOf(500)
    sender.useToken('t')
    await settled()
    for (let failure = 0; failure < 12; failure++) expect(await nextTimer()).toBeLessThanOrEqual(75_000)
  })

  it('is left alone once it refuses the token', async () => {
    answer = answerOf(403)
    sender.useToken('t')
    await settled()
    await change({ visible: true })
    sender.leave()
    expect(posted).toHaveLength(1)
    expect(lasts).toHaveLength(0)
    expect(timers).toHaveLength(0)
  })
})

describe('a page that is left', () => {
  it('hands the newest state to the browser, even while a request is under way', () => {
    sender.useToken('t')
    state = { ...state, watchedMs: 12_300 }
    sender.leave()
    expect(lasts).toMatchObject([{ token: 't', seq: 2, state: { watchedMs: 12_300 } }])
  })

  it('falls back on an ordinary request where the browser does not take it', async () => {
    sender.useToken('t')
    await settled()
    takesLast = false
    sender.leave()
    await settled()
    expect(posted.map((beacon) => beacon.seq)).toEqual([1, 2])
  })

  it('is watched by nobody any more, whatever its media element still says', async () => {
    sender.useToken('t')
    await settled()
    await change({ started: 'person', playing: true }, true)
    sender.leave()
    await change({ watchedMs: 10_000 }, true)
    sender.hide()
    expect(lasts.map((beacon) => beacon.state.playing)).toEqual([false, false])
    expect(posted).toHaveLength(2)
    expect(timers).toHaveLength(0)
  })

  it('plays again once it is shown again', async () => {
    sender.useToken('t')
    await settled()
    await change({ started: 'person', playing: true }, true)
    sender.leave()
    sender.comeBack(true)
    await settled()
    expect(posted.at(-1)).toMatchObject({ seq: 4, state: { playing: true } })
    expect(timers).toHaveLength(1)
  })

  it('plays on where it was only hidden', async () => {
    sender.useToken('t')
    await change({ started: 'person', playing: true }, true)
    sender.hide()
    expect(lasts.at(-1)!.state.playing).toBe(true)
    expect(timers).toHaveLength(1)
  })

  it('says nothing before there is a token', () => {
    sender.leave()
    expect(lasts).toHaveLength(0)
  })
})
