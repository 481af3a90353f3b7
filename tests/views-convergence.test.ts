import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { breakdownQuerySchema, type ViewsFilter } from '#contract/views.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playState, playToken } from '#support/plays.ts'
import { browser, rowOf, type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { viewsAnswers } from '#support/views-answers.ts'
import { migrateClickHouse } from '../infra/clickhouse/migrate.ts'
import { readBreakdown } from '../services/api/views/breakdown.ts'
import { explainPlay } from '../services/api/views/explain-play.ts'
import { readLiveBoard } from '../services/api/views/live-board.ts'
import { readWatchCounts } from '../services/api/views/watch-counts.ts'
import { createInsertRows, type InsertRows } from '../services/beacon/drain/insert-rows.ts'
import { rowVersion } from '../services/beacon/play-row.ts'
import { openSpool } from '../services/beacon/spool/spool.ts'
import { createLogger } from '../services/program/logger.ts'
import { rebuildSums } from '../workers/views/rollups/rebuild-sums.ts'
import { type RollUpOptions, rollUp } from '../workers/views/rollups/roll-up.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Few in `npm test`, many in `npm run test:faults`: each takes some seconds of asking. */
    convergenceRuns: number
  }
}

const nowMs = Date.UTC(2026, 4, 20, 12, 30)
const durationMs = 60_000

let clickhouse: TestClickHouse
let folder: string
let insert: InsertRows

beforeAll(async () => {
  clickhouse = await startClickHouse()
  folder = await mkdtemp(join(tmpdir(), 'convergence-'))
  await migrateClickHouse(clickhouse.client)
  insert = createInsertRows(clickhouse.client, createLogger('test', 'silent'))
})

afterAll(async () => {
  await clickhouse?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('Views Details are the same whatever order, repetition, loss with a later survivor, collectors, restarts and sums', async () => {
  let last: string[] = []
  await fc.assert(
    fc.asyncProperty(sessions, deliveries, filterSets, async (plays, delivery, filters) => {
      const straight = twoVideos()
      const scrambled = twoVideos()
      await storePlays(clickhouse.client, beaconsOf(plays, straight))
      await storeSent(plays, straight)
      // Of the plays themselves, for nothing of these videos is added up yet.
      const [whole, first, second] = await everything(straight, filters)
      const each = await eachOne(straight, plays)
      expect(await liveNow(straight)).toBeGreaterThan(0)
      await storeSent(plays, scrambled)
      await deliver(beaconsOf(plays, scrambled), delivery)
      expect(await everything(scrambled, [filters[0]!, filters[1]!])).toEqual([whole, first])
      await rollUp(clickhouse.client, eagerly)
      // The hour that is not over is nobody's to add up.
      const isOver = plays.some(({ openedMinutesAgo }) => openedMinutesAgo > 30)
      expect((await countRolled(scrambled)) > 0).toBe(isOver)
      expect(await everything(scrambled, [filters[0]!, filters[2]!])).toEqual([whole, second])
      expect(await eachOne(scrambled, plays)).toEqual(each)
      last = scrambled
    }),
    { numRuns: inject('convergenceRuns') },
  )
  const before = await everything(last, allFilters)
  expect(await rebuildSums(clickhouse.client, eagerly)).toBeGreaterThan(0)
  expect(await everything(last, allFilters)).toEqual(before)
}, 600_000)

// Everything is added up at once, however little it is.
const eagerly: RollUpOptions = { fewestPlays: 1, quietForS: 0, overForS: 0, waitingForS: 0, nowMs }

const hourMs = 60 * 60_000
const allFilters: ViewsFilter[] = [
  {},
  { counting: 'raw' },
  { site: 'news.example' },
  { site: 'blog.example', toMs: nowMs - 30 * hourMs },
  { country: 'DE', fromMs: nowMs - 50 * hourMs, toMs: nowMs - 3 * hourMs },
]

/** Asking is what takes long, so each case is asked about in full and under two filters only: one before sums, one from them. */
const filterSets = fc
  .shuffledSubarray(allFilters.slice(1), { minLength: 2, maxLength: 2 })
  .map((chosen) => [allFilters[0]!, ...chosen])

async function countRolled(videoIds: string[]): Promise<number> {
  const query = `SELECT uniqExact(video_id, level, start) AS rolled FROM stretch
                 WHERE video_id IN {videoIds:Array(String)} AND rolled_at > 0`
  const answer = await clickhouse.client.query({ query, query_params: { videoIds }, format: 'JSONEachRow' })
  return Number((await answer.json<{ rolled: string }>())[0]?.rolled)
}

/** Of one person, who asks about both at once. */
function twoVideos(): string[] {
  return [newVideoId(), newVideoId()]
}

/** What the media service says of each play: rows without a judgement, which alone are no play. */
async function storeSent(plays: readonly Session[], videoIds: readonly string[]): Promise<void> {
  const rows = plays
    .map((play, index) => ({ play, index }))
    .filter(({ play }) => play.sentParts > 0)
    .map(({ play, index }) => ({
      video_id: videoIds[play.video]!,
      hour: Math.floor((nowMs - play.openedMinutesAgo * 60_000) / hourMs) * 3_600,
      site: play.site,
      play_id: index,
      delivered_low: ((1n << BigInt(Math.min(play.sentParts, 64))) - 1n).toString(),
      delivered_high: ((1n << BigInt(Math.max(0, play.sentParts - 64))) - 1n).toString(),
    }))
  if (rows.length === 0) return
  const columns: [string, ...string[]] = ['video_id', 'hour', 'site', 'play_id', 'delivered_low', 'delivered_high']
  await clickhouse.client.insert({ table: 'play', columns, values: rows, format: 'JSONEachRow' })
  const values = rows.map(({ video_id, hour }) => ({ video_id, hour }))
  await clickhouse.client.insert({
    table: 'touched_hour',
    columns: ['video_id', 'hour'],
    values,
    format: 'JSONEachRow',
  })
}

/** What a viewer does between two beacons. Everything that follows from it is cumulative and possible. */
const step = fc.record({
  watchedMs: fc.integer({ min: 0, max: 20_000 }),
  hiddenMs: fc.constantFrom(0, 0, 3_000),
  pausedMs: fc.integer({ min: 0, max: 60_000 }),
  /** Where playing goes on: a part of the video, or null for where it was. */
  seekTo: fc.option(fc.integer({ min: 0, max: 99 })),
  playing: fc.boolean(),
  stalls: fc.integer({ min: 0, max: 2 }),
})

const session = fc.record({
  video: fc.nat({ max: 1 }),
  site: fc.constantFrom('news.example', 'blog.example', '(hidden)'),
  path: fc.constantFrom('', '/a', '/b'),
  grade: fc.constantFrom('attested' as const, 'reported' as const, 'conflict' as const),
  viewer: fc.constantFrom('', '00000000000000aa', '00000000000000bb'),
  openedMinutesAgo: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 30, max: 5 * 24 * 60 }) },
    // These may be watched at the moment of asking.
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
  ),
  started: fc.constantFrom('no' as const, 'person' as const, 'autoplay' as const),
  visibleFrom: fc.integer({ min: 1, max: 4 }),
  /** Before this beacon the player had only the token of its document, which knew another site. */
  judgedFrom: fc.integer({ min: 1, max: 3 }),
  playerWidth: fc.constantFrom(640, 640, 8),
  isOwn: fc.constantFrom(false, false, false, true),
  userAgent: fc.constantFrom(browser, browser, 'Googlebot/2.1'),
  country: fc.constantFrom('DE', 'FR', ''),
  sentParts: fc.constantFrom(0, 0, 40, 100),
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
})

type Session = typeof session extends fc.Arbitrary<infer Value> ? Value : never

/** Somebody watches at the moment of asking, whatever the others do. */
const watchingNow: Session = {
  ...{ video: 1, site: 'news.example', path: '/a', grade: 'attested', viewer: '00000000000000bb', country: 'DE' },
  ...{ openedMinutesAgo: 1, started: 'person', visibleFrom: 1, judgedFrom: 1, playerWidth: 640, isOwn: false },
  ...{ userAgent: browser, sentParts: 0 },
  steps: [{ watchedMs: 20_000, hiddenMs: 0, pausedMs: 30_000, seekTo: null, playing: true, stalls: 0 }],
}

const sessions = fc.array(session, { minLength: 1, maxLength: 8 }).map((plays) => [...plays, watchingNow])

/** What happens to the beacons on their way: each choice is used for one beacon after the other, again and again. */
const deliveries = fc.record({
  order: fc.infiniteStream(fc.nat()),
  isLost: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
  copies: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 20 }),
  collectors: fc.integer({ min: 1, max: 3 }),
  batchBytes: fc.constantFrom(1, 1_000_000),
  forgetsCursor: fc.boolean(),
  merges: fc.boolean(),
  rollsBetween: fc.boolean(),
})

type Delivery = typeof deliveries extends fc.Arbitrary<infer Value> ? Value : never

interface Sent extends SeenBeacon {
  isLast: boolean
}

function beaconsOf(plays: readonly Session[], videoIds: readonly string[]): Sent[] {
  return plays.flatMap((play, index) => beaconsOfPlay(play, videoIds[play.video]!, index))
}

function beaconsOfPlay(play: Session, videoId: string, index: number): Sent[] {
  const judged = playToken({
    videoId,
    playId: playIdOf(index),
    site: play.site,
    page: play.path && `https://${play.site}${play.path}`,
    grade: play.grade,
    viewer: play.viewer,
    issuedAtMs: nowMs - play.openedMinutesAgo * 60_000,
    durationMs,
    isOwn: play.isOwn,
    country: play.country,
  })
  const first = { ...judged, site: 'first.example', page: '', grade: 'reported' as const, isOpened: undefined }
  let atMs = judged.issuedAtMs
  let position = 0
  let covered = 0n
  const total = { watchedMs: 0, hiddenMs: 0, stalls: 0, positionMs: 0 }
  return play.steps.map((did, at) => {
    const hasStarted = play.started !== 'no'
    atMs += did.watchedMs + did.hiddenMs + did.pausedMs
    if (hasStarted) {
      position = did.seekTo === null ? position : (did.seekTo * durationMs) / 100
      const end = Math.min(durationMs, position + did.watchedMs)
      for (let part = Math.floor(position / 600); part < Math.floor(end / 600); part++) covered |= 1n << BigInt(part)
      position = end
      total.watchedMs += did.watchedMs
      total.hiddenMs += did.hiddenMs
      total.stalls += did.stalls
      total.positionMs = Math.max(total.positionMs, end)
    }
    const state = playState({
      ...total,
      covered: covered.toString(16).padStart(25, '0'),
      started: play.started,
      visible: at + 1 >= play.visibleFrom,
      playing: hasStarted && did.playing,
      playerWidth: play.playerWidth,
    })
    const token = at + 1 >= play.judgedFrom ? judged : first
    const isLast = at === play.steps.length - 1
    return { token, state, seq: at + 1, receivedAtMs: atMs, userAgent: play.userAgent, isLast }
  })
}

/** Through real spools and the real drain into ClickHouse, with a restart of every collector half-way. */
async function deliver(beacons: readonly Sent[], delivery: Delivery): Promise<void> {
  const survivors = beacons.filter((beacon, index) => beacon.isLast || !turn(delivery.isLost, index))
  const sent = survivors.flatMap((beacon, index) => copiesOf(beacon, turn(delivery.copies, index)))
  const shuffled = sent
    .map((beacon) => ({ beacon, rank: delivery.order.next().value as number }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ beacon }) => beacon)
  for (let collector = 0; collector < delivery.collectors; collector++) {
    const mine = shuffled.filter((_, index) => index % delivery.collectors === collector)
    await collect(mine, delivery)
    if (delivery.rollsBetween) await rollUp(clickhouse.client, eagerly)
  }
  if (delivery.merges) await clickhouse.client.command({ query: 'OPTIMIZE TABLE play FINAL' })
}

/** Repetitions arrive later than the first copy and are otherwise the same. */
function copiesOf(beacon: Sent, count: number): Sent[] {
  return Array.from({ length: count }, (_, copy) => ({ ...beacon, receivedAtMs: beacon.receivedAtMs! + copy * 45_000 }))
}

async function collect(beacons: readonly Sent[], { batchBytes, forgetsCursor }: Delivery): Promise<void> {
  const spoolFolder = await mkdtemp(join(folder, 'spool-'))
  const half = Math.ceil(beacons.length / 2)
  for (const part of [beacons.slice(0, half), beacons.slice(half)]) {
    const spool = await openSpool({ folder: spoolFolder, rowVersion, maxBytes: 10_000_000 })
    await Promise.all(part.map((beacon) => spool.append(rowOf(beacon))))
    for (let batch = await spool.next(batchBytes); batch; batch = await spool.next(batchBytes)) {
      await insert(batch, new AbortController().signal)
      await spool.advance(batch)
    }
    await spool.close()
    if (forgetsCursor) await rm(join(spoolFolder, 'cursor.json'), { force: true })
  }
}

function turn<Value>(values: readonly Value[], index: number): Value {
  return values[index % values.length]!
}

function playIdOf(index: number): string {
  return index.toString(16).padStart(16, '0')
}

/** All that the page shows, under several filters. */
function everything(videoIds: string[], filters: readonly ViewsFilter[]): Promise<unknown[]> {
  return Promise.all(filters.map((filter) => viewsAnswers(clickhouse.client, { videoIds, filter, nowMs })))
}

/** What is told of each video and of each play, with the place of a video instead of its name. */
async function eachOne(videoIds: string[], plays: readonly Session[]): Promise<unknown> {
  const given = { by: 'video', wanted: breakdownQuerySchema.parse({ trend: true }), nowMs } as const
  const { rows, ...whole } = await readBreakdown(clickhouse.client, { videoIds, filter: {} }, given)
  const explained = await Promise.all(
    plays.map((_, index) => explainPlay(clickhouse.client, videoIds, playIdOf(index))),
  )
  const counts = await readWatchCounts(clickhouse.client, videoIds)
  return {
    whole,
    videos: rows.map((row) => ({ ...row, value: videoIds.indexOf(row.value) })).sort((a, b) => a.value - b.value),
    plays: explained.map((play) => ({ ...play, videoId: videoIds.indexOf(play.videoId) })),
    lists: videoIds.map((id) => counts.get(id)),
  }
}

async function liveNow(videoIds: string[]): Promise<number> {
  return (await readLiveBoard(clickhouse.client, { videoIds, filter: {} }, nowMs)).watching
}
