import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import type { PlayState } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { type Breakdown, breakdownQuerySchema, type ViewsDetails, type ViewsFilter } from '#contract/views.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { firstParts, playState, playToken, watched } from '#support/plays.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { ask } from './ask-plays.ts'
import { readBreakdown } from './breakdown.ts'
import { readNotCounted } from './not-counted.ts'
import { readViewsDetails } from './views-details.ts'
import { readWatchCounts } from './watch-counts.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const nowMs = Date.UTC(2026, 4, 20, 12, 30)

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

describe('Views Details', () => {
  test('of a video that nobody opened is empty', async () => {
    const details = await read(newVideoId())
    expect(details.totals).toMatchObject({ loads: 0, starts: 0, sites: 0, averageShare: 0, notCounted: 0 })
    expect(details).toMatchObject({ sites: [], retention: [], timeline: { points: [] } })
  })

  test('counts each step of a play once, whatever number of beacons it sent', async () => {
    const video = await aVideo(({ play }) => [play({}, playState(), watched(5), watched(12), watched(58))])
    expect((await read(video)).totals).toMatchObject({
      loads: 1,
      visible: 1,
      starts: 1,
      views: 1,
      engaged: 1,
      finishes: 1,
      watchedMs: 58_000,
      averageShare: 0.96,
    })
  })

  test('tells loads from starts from views', async () => {
    const video = await aVideo(({ play }) => [
      play({}, playState({ visible: false })),
      play({}, playState()),
      play({}, watched(3)),
      play({}, watched(11)),
    ])
    expect((await read(video)).totals).toMatchObject({ loads: 4, visible: 3, starts: 2, views: 1, finishes: 0 })
  })

  test('shows every site with the surest grade seen there, the one with most starts first', async () => {
    const video = await aVideo(({ play }) => [
      play({ site: 'small.example', grade: 'reported' }, watched(20)),
      play({ site: 'big.example', grade: 'reported' }, watched(20)),
      play({ site: 'big.example', grade: 'attested' }, watched(20)),
      play({ site: '(hidden)', grade: 'hidden' }, playState()),
    ])
    const { sites, totals } = await read(video)
    expect(sites.map(({ value, starts, grade }) => [value, starts, grade])).toEqual([
      ['big.example', 2, 'attested'],
      ['small.example', 1, 'reported'],
      ['(hidden)', 0, 'hidden'],
    ])
    expect(sites[0]?.gradeCounts).toEqual({ reported: 1, attested: 1 })
    expect(totals.sites).toBe(3)
  })

  test('adds the sites up to the totals, but not their viewers', async () => {
    const viewer = '00000000000000aa'
    const video = await aVideo(({ play }) => [
      play({ site: 'one.example', viewer }, watched(20)),
      play({ site: 'two.example', viewer }, watched(20)),
    ])
    const { sites, totals } = await read(video)
    expect(sites.map((site) => site.viewers)).toEqual([1, 1])
    expect(totals).toMatchObject({ starts: 2, viewers: 1 })
  })

  test('sums the different viewers of each day', async () => {
    const viewer = '00000000000000aa'
    const video = await aVideo(({ play }) => [
      play({ viewer }, watched(20)),
      play({ viewer }, watched(20)),
      play({ viewer, issuedAtMs: nowMs - day }, watched(20)),
      play({ viewer: '00000000000000bb' }, watched(20)),
    ])
    expect((await read(video)).totals.viewers).toBe(3)
  })

  test('does not count viewers who asked not to be, nor those who did not start', async () => {
    const video = await aVideo(({ play }) => [play({ viewer: '' }, watched(20)), play({}, playState())])
    expect((await read(video)).totals).toMatchObject({ loads: 2, starts: 1, viewers: 0 })
  })

  test('believes the judgement that the browser helped with, however sure the first one was', async () => {
    const video = await aVideo(({ play }) => {
      const early: Partial<PlayToken> = { playId: '0123456789abcdef', site: 'early.example', grade: 'reported' }
      const judged: Partial<PlayToken> = { ...early, site: 'judged.example', grade: 'conflict', isOpened: true }
      return [play({ ...early, isOpened: undefined }, playState()), play(judged, watched(20))]
    })
    const { sites } = await read(video)
    expect(sites.map(({ value, loads, grade }) => ({ site: value, loads, grade }))).toEqual([
      { site: 'judged.example', loads: 1, grade: 'conflict' },
    ])
  })

  test('draws retention of the whole and of the sites as the share of starts that covered each part', async () => {
    const video = await aVideo(({ play }) => [
      play({ site: 'half.example' }, watched(30)),
      play({ site: 'half.example' }, watched(60)),
      play({ site: 'all.example' }, watched(60)),
      play({ site: 'none.example' }, playState()),
    ])
    const { retention } = await read(video)
    expect(retention.map(({ site, starts }) => [site, starts])).toEqual([
      [null, 3],
      ['half.example', 2],
      ['all.example', 1],
    ])
    expect(retention[1]?.shares).toEqual([...Array(50).fill(1), ...Array(50).fill(0.5)])
    expect(retention[0]?.shares[99]).toBeCloseTo(2 / 3)
  })

  test('keeps all 100 parts apart', async () => {
    const parts = [0, 1, 62, 63, 64, 65, 99]
    const covered = parts.reduce((bits, part) => bits | (1n << BigInt(part)), 0n)
    const state = watched(60, { covered: covered.toString(16).padStart(25, '0') })
    const video = await aVideo(({ play }) => [play({}, state)])
    const shares = (await read(video)).retention[0]!.shares
    expect(shares.flatMap((share, part) => (share > 0 ? [part] : []))).toEqual(parts)
  })

  test('shows a short time by the hour, with the empty hours between', async () => {
    const video = await aVideo(({ play }) => [
      play({ issuedAtMs: nowMs - 3 * hour }, watched(20)),
      play({ issuedAtMs: nowMs - 5 * minute }, watched(10)),
    ])
    const { timeline } = await read(video)
    expect(timeline.step).toBe('hour')
    expect(timeline.points.map(({ starts, watchedMs }) => [starts, watchedMs])).toEqual([
      [1, 20_000],
      [0, 0],
      [0, 0],
      [1, 10_000],
    ])
    expect(timeline.points[0]?.atMs).toBe(Date.UTC(2026, 4, 20, 9))
  })

  test('shows a long time by the day', async () => {
    const video = await aVideo(({ play }) => [play({ issuedAtMs: nowMs - 10 * day }, watched(20))])
    const { timeline } = await read(video)
    expect(timeline.step).toBe('day')
    expect(timeline.points).toHaveLength(11)
    expect(timeline.points[0]).toMatchObject({ atMs: Date.UTC(2026, 4, 10), starts: 1 })
  })

  test('answers for a time range of whole hours, whose end is not part of it', async () => {
    const video = await aVideo(({ play }) => [
      play({ issuedAtMs: nowMs - 2 * hour }, watched(20)),
      play({ issuedAtMs: nowMs - hour }, watched(20)),
    ])
    const elevenMs = Date.UTC(2026, 4, 20, 11)
    expect((await read(video, { fromMs: elevenMs - hour, toMs: elevenMs })).totals.loads).toBe(1)
    expect((await read(video, { fromMs: elevenMs - 1, toMs: elevenMs + 1 })).totals.loads).toBe(2)
    expect((await read(video, { fromMs: elevenMs + 1 })).totals.loads).toBe(1)
  })

  test('answers for one site', async () => {
    const video = await aVideo(({ play }) => [
      play({ site: 'one.example' }, watched(20)),
      play({ site: 'two.example' }, watched(20), watched(30)),
    ])
    const details = await read(video, { site: 'two.example' })
    expect(details.totals).toMatchObject({ starts: 1, watchedMs: 30_000, sites: 1 })
    expect(details.retention.map((curve) => curve.site)).toEqual([null, 'two.example'])
  })

  test('says when a site was first opened and last heard of', async () => {
    const token = { issuedAtMs: nowMs - 2 * hour }
    const video = await aVideo(({ play }) => [
      play(token, { ...watched(1), at: nowMs - 90 * minute }, { ...watched(2), at: nowMs - hour }),
    ])
    expect((await read(video)).sites[0]).toMatchObject({ firstSeenMs: token.issuedAtMs, lastSeenMs: nowMs - hour })
  })

  test('counts as live who said within 40 seconds that it was playing', async () => {
    const video = await aVideo(({ play }) => [
      play({}, { ...watched(20, { playing: true }), at: nowMs - 39_000 }),
      play({}, { ...watched(20, { playing: true }), at: nowMs - 41_000 }),
      play(
        {},
        { ...watched(20, { playing: true }), at: nowMs - 9_000 },
        { ...watched(22, { playing: false }), at: nowMs },
      ),
      play({}, { ...playState(), at: nowMs }),
    ])
    expect((await read(video)).totals.liveNow).toBe(1)
  })

  test('leaves out what may not count, and says how many and why', async () => {
    const autoplay = { started: 'autoplay' as const }
    const video = await aVideo(({ play }) => [
      play({}, watched(20)),
      { ...play({}, watched(20))[0]!, userAgent: 'Googlebot/2.1' },
      play({ isOwn: true }, watched(20)),
      play(
        { isOwn: true, issuedAtMs: nowMs - minute },
        { ...watched(50, { covered: firstParts(30) }), at: nowMs - minute },
      ),
      play({}, watched(1, { covered: firstParts(100) })),
      play({}, watched(20, { playerWidth: 1, playerHeight: 1 })),
      play({}, watched(20, { ...autoplay, visible: false })),
    ])
    const details = await read(video)
    expect(details.totals).toMatchObject({ loads: 1, starts: 1, watchedMs: 20_000, notCounted: 6 })
    expect(details.timeline.points.at(-1)?.loads).toBe(1)
    expect(details.retention[0]?.starts).toBe(1)
    const { plays, reasons } = await readNotCounted(clickhouse.client, { videoIds: [video], filter: {} })
    expect(plays).toBe(6)
    expect(Object.fromEntries(reasons.map((reason) => [reason.mark, reason.plays]))).toEqual({
      ownPlay: 2,
      bot: 1,
      impossibleWatch: 1,
      impossibleCover: 1,
      tinyPlayer: 1,
      neverOnScreen: 1,
    })
  })

  test('judges the size and the sight of a player by its whole play, not by its first beacon', async () => {
    const early = watched(0, { started: 'autoplay', visible: false, playerWidth: 0, playerHeight: 0 })
    const video = await aVideo(({ play }) => [play({}, early, watched(20, { started: 'autoplay' }))])
    expect((await read(video)).totals).toMatchObject({ starts: 1, notCounted: 0 })
  })

  test('lists the pages of a site', async () => {
    const video = await aVideo(({ play }) => [
      play({ page: 'https://news.example/a' }, watched(20)),
      play({ page: 'https://news.example/b' }, watched(20)),
      play({ page: 'https://news.example/b' }, watched(40)),
      play({ page: '', grade: 'reported' }, playState()),
      play({ site: 'other.example', page: 'https://other.example/' }, watched(20)),
    ])
    const { rows } = await pagesOf(video, { site: 'news.example' })
    expect(rows.map(({ site, value, loads, watchedMs, grade }) => [site, value, loads, watchedMs, grade])).toEqual([
      ['news.example', 'https://news.example/b', 2, 60_000, 'attested'],
      ['news.example', 'https://news.example/a', 1, 20_000, 'attested'],
      ['news.example', '', 1, 0, 'reported'],
    ])
  })

  test('keeps texts as they are, whatever letters they have', async () => {
    const site = 'bücher.example'
    const page = 'https://bücher.example/a\tb\\n\n"\'{x}'
    const video = await aVideo(({ play }) => [play({ site, page }, watched(20))])
    const { rows } = await pagesOf(video, { site, page })
    expect(rows.map((row) => row.value)).toEqual([page])
    expect((await read(video, { site: "' OR 1 = 1 --" })).totals.loads).toBe(0)
  })
})

test('lists have the views and starts of many videos in one answer', async () => {
  const one = await aVideo(({ play }) => [
    play({}, watched(20)),
    play({}, watched(3)),
    play({ isOwn: true }, watched(20)),
  ])
  const other = await aVideo(({ play }) => [play({}, watched(20), watched(30))])
  const counts = await readWatchCounts(clickhouse.client, [one, other, newVideoId()])
  expect(Object.fromEntries(counts)).toEqual({ [one]: { views: 1, starts: 2 }, [other]: { views: 1, starts: 1 } })
  expect(await readWatchCounts(clickhouse.client, [])).toEqual(new Map())
})

type TimedState = PlayState & { at?: number }
type Play = (token: Partial<PlayToken>, ...states: TimedState[]) => SeenBeacon[]

test('a question that the engine has no memory or time for says so', async () => {
  const hungry = 'SELECT uniqExact(number) AS many FROM numbers(100000000) SETTINGS max_memory_usage = 10000000'
  await expect(ask(clickhouse.client, hungry, {})).rejects.toMatchObject({ code: 'too_many_plays', status: 422 })
  const slow = 'SELECT sum(sipHash64(number)) AS much FROM numbers(100000000000) SETTINGS max_execution_time = 1'
  await expect(ask(clickhouse.client, slow, {})).rejects.toMatchObject({ code: 'too_many_plays' })
})

/** Stores plays of a new video that were opened five minutes ago unless their token says otherwise. */
async function aVideo(tell: (tools: { play: Play }) => (SeenBeacon | SeenBeacon[])[]): Promise<string> {
  const videoId = newVideoId()
  const play: Play = (what, ...states) => {
    const token = playToken({ issuedAtMs: nowMs - 5 * minute, ...what, videoId })
    return states.map(({ at, ...state }, index) => {
      const receivedAtMs = at ?? token.issuedAtMs + 90_000
      return { token, state, seq: index + 1, receivedAtMs }
    })
  }
  await storePlays(clickhouse.client, tell({ play }).flat())
  return videoId
}

function read(videoId: string, filter: ViewsFilter = {}): Promise<ViewsDetails> {
  const subject = { kind: 'video' as const, id: videoId, title: '', videos: 1, durationMs: minute, posterUrl: null }
  return readViewsDetails(clickhouse.client, { subject, videoIds: [videoId], filter, nowMs, delayedSinceMs: null })
}

function pagesOf(videoId: string, filter: ViewsFilter): Promise<Breakdown> {
  const wanted = breakdownQuerySchema.parse({})
  return readBreakdown(clickhouse.client, { videoIds: [videoId], filter }, { by: 'page', wanted, nowMs })
}
