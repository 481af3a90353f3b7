import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import { marksIn } from '#contract/marks.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startCollector } from '#support/collector.ts'
import { playState, playToken, testKey } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { until } from '#support/until.ts'
import { migrateClickHouse } from '../infra/clickhouse/migrate.ts'
import { freePort } from '../infra/free-port.ts'
import { type StartedProcess, startProcess } from '../infra/supervisor/start-process.ts'
import { partsOfSpan } from '../services/media/deliveries/parts-of-span.ts'
import { segmentSpans } from '../services/media/deliveries/segment-spans.ts'
import { signDeliveryReport, signMediaToken, signPlayToken } from '../services/tokens/signed-token.ts'

/** The real media service, the real collector and the real ClickHouse, each a process of its own that can be killed. */
let clickhouse: TestClickHouse
let folder: string
let storage: Storage
let media: StartedProcess
let collector: StartedProcess
let collectorPort: number

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
  folder = await mkdtemp(join(tmpdir(), 'deliveries-'))
  storage = await openStorage(`disk://${join(folder, 'storage')}`)
  collectorPort = await freePort()
  await openCollector()
  await startMedia()
})
afterAll(async () => {
  await media?.stop()
  await collector?.stop()
  await clickhouse?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function openCollector(): Promise<void> {
  collector = await startCollector({
    clickhouseUrl: clickhouse.url,
    folder: join(folder, 'spool'),
    port: collectorPort,
  })
}

async function startMedia(): Promise<void> {
  media = await startProcess({
    name: 'media',
    program: join(import.meta.dirname, '../services/media/main.ts'),
    environment: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      STORAGE_URL: `disk://${join(folder, 'storage')}`,
      SIGNING_KEYS: `${testKey.id}:${testKey.secret}`,
      BEACON_URL: `http://127.0.0.1:${collectorPort}`,
      DELIVERIES_FOLDER: join(folder, 'deliveries'),
      LOG_LEVEL: 'silent',
    },
  })
}

async function kill(process_: StartedProcess): Promise<void> {
  process.kill(process_.pid, 'SIGKILL')
  await process_.exited
}

describe('a play whose segments we sent', () => {
  test('is delivered once a segment was sent, and its honest cover is never marked', async () => {
    const play = await publish([4, 4, 4, 4, 4])
    await play.fetchSegments(0, 1)
    await play.watch(8, 0, 40)
    expect(await play.stored()).toMatchObject({ grade: 5, delivered: 1, notCounted: [] })
  })

  test('is marked where it covered what was never sent', async () => {
    const play = await publish([6, 6, 6, 6, 6, 6, 6, 6, 6, 6])
    await play.fetchSegments(0)
    await play.watch(60, 0, 100)
    expect(await play.stored()).toMatchObject({ delivered: 1, notCounted: ['moreThanDelivered'] })
  })

  test('may cover the parts beside what was sent', async () => {
    const play = await publish([6, 6, 6, 6, 6, 6, 6, 6, 6, 6])
    await play.fetchSegments(0)
    await play.watch(8, 0, 14)
    expect((await play.stored()).notCounted).toEqual([])
  })

  test.each([
    ['at the 64th part', [3], 60, 80],
    ['at the very end', [4], 80, 100],
    ['at the beginning', [0], 0, 20],
  ])('is judged to the part after a jump: %s', async (_, segments, from, to) => {
    // Without what segments bring beside themselves: half a second is nothing in a part of two.
    const honest = await publish([40, 40, 40, 40, 40])
    await honest.fetchSegments(...segments)
    await honest.watch(40, from, to)
    expect((await honest.stored()).notCounted).toEqual([])

    const forged = await publish([40, 40, 40, 40, 40])
    await forged.fetchSegments(...segments)
    await forged.watch(60, Math.max(0, from - 5), Math.min(100, to + 5))
    expect((await forged.stored()).notCounted).toEqual(['moreThanDelivered'])
  })

  test('of a video of one short segment got all of it', async () => {
    const play = await publish([1.4])
    await play.fetchSegments(0)
    await play.watch(1.4, 0, 100)
    expect(await play.stored()).toMatchObject({ grade: 5, notCounted: [] })
  })

  test('of three hours is judged part by part on both sides of the 64th', async () => {
    const play = await publish(Array<number>(1_800).fill(6))
    // A part is 108 s, which is 18 segments: parts 60 to 67.
    await play.fetchSegments(...Array.from({ length: 8 * 18 }, (_, at) => 60 * 18 + at))
    await play.watch(864, 60, 68)
    expect((await play.stored()).notCounted).toEqual([])
    expect(await play.deliveredBits()).toBe(((1n << 10n) - 1n) << 59n)
  })

  test('that was sent nothing is no worse than before, and what was sent to nobody is no play', async () => {
    const play = await publish([4])
    await play.watch(4, 0, 100)
    expect(await play.stored()).toMatchObject({ grade: 4, delivered: 0, notCounted: [] })
    const silent = await publish([4])
    await silent.fetchSegments(0)
    await until(silent.rows, (rows) => rows > 0)
    expect(await silent.plays()).toBe(0)
  })

  test('of a video whose length is not known is never held against', async () => {
    const play = await publish([4, 4, 4], { durationMs: 0 })
    await play.fetchSegments(2)
    await play.watch(12, 0, 100)
    expect(await play.stored()).toMatchObject({ grade: 5, notCounted: [] })
  })
})

test('a probe of a few bytes is no delivery, half a segment is', async () => {
  const play = await publish([4, 4])
  await play.fetchSegments(0)
  await play.fetchRange(1, 'bytes=0-1')
  await play.watch(8, 0, 100)
  expect((await play.stored()).notCounted).toEqual(['moreThanDelivered'])
})

test('no delivery is lost when media or the collector is killed at any moment', async () => {
  const play = await publish(Array<number>(100).fill(6))
  for (let segment = 0; segment < 100; segment++) {
    await play.fetchSegments(segment)
    if (segment % 25 === 7) await kill(media).then(startMedia)
    if (segment === 40) await kill(collector)
    if (segment === 60) await openCollector()
    if (segment === 80) await kill(collector).then(openCollector)
  }
  await kill(media).then(startMedia)
  const all = (1n << 100n) - 1n
  const bits = await until(play.deliveredBits, (sent) => sent === all)
  expect(bits).toBe(all)
}, 120_000)

describe('a report of deliveries', () => {
  const report = () => ({
    plays: [{ videoId: newVideoId(), playId: newPlayId(), openedAtMs: Date.now(), parts: 'f'.repeat(25) }],
    expiresAtMs: Date.now() + 60_000,
  })
  const send = (body: string) =>
    fetch(`http://127.0.0.1:${collectorPort}/beacon/deliveries`, { method: 'POST', body }).then(async (answer) => [
      answer.status,
      answer.status === 204 ? '' : ((await answer.json()) as { error: { code: string } }).error.code,
    ])

  test('is taken from who has the signing key', async () =>
    expect(await send(signDeliveryReport(testKey, report()))).toEqual([204, '']))
  test('is refused from anybody else', async () => {
    const other = { id: testKey.id, secret: 'another secret of thirty-two characters' }
    expect(await send(signDeliveryReport(other, report()))).toEqual([403, 'token_invalid'])
    expect(await send(JSON.stringify(report()))).toEqual([403, 'token_invalid'])
    expect(await send('')).toEqual([403, 'token_invalid'])
    expect(await send(signPlayToken(testKey, playToken()))).toEqual([403, 'token_invalid'])
  })
  test('is refused where it is old or larger than any', async () => {
    expect(await send(signDeliveryReport(testKey, { ...report(), expiresAtMs: Date.now() - 120_000 }))).toEqual([
      403,
      'token_expired',
    ])
    expect(await send('x'.repeat(300_000))).toEqual([413, 'body_too_large'])
  })
})

/** A video of such segments, and one play of it that was opened a while ago. */
async function publish(seconds: number[], what: Partial<PlayToken> = {}) {
  const videoId = newVideoId()
  const prefix = `videos/${videoId}/a1/ladder`
  const lines = seconds.map((length, at) => `#EXTINF:${length.toFixed(6)},\n${at}.m4s\n`)
  const playlist = `#EXTM3U\n${lines.join('')}#EXT-X-ENDLIST\n`
  await storage.put(`${prefix}/v360/playlist.m3u8`, Buffer.from(playlist))
  const durationMs = Math.round(seconds.reduce((sum, length) => sum + length, 0) * 1_000)
  // After the journal's folder was made, since of older plays it can't know everything.
  const issuedAtMs = Date.now()
  const token = playToken({ videoId, durationMs, issuedAtMs, expiresAtMs: issuedAtMs + playTokenLifetimeMs, ...what })
  const mediaToken = { prefix, playId: token.playId, expiresAtMs: token.expiresAtMs, durationMs: token.durationMs }
  const url = (at: number) =>
    `http://127.0.0.1:${media.port}/media/${signMediaToken(testKey, mediaToken)}/v360/${at}.m4s`
  const ask = async <Row>(query: string): Promise<Row[]> =>
    (await clickhouse.client.query({ query, query_params: { videoId }, format: 'JSONEachRow' })).json<Row>()
  const rows = async () => (await ask('SELECT 1 FROM play WHERE video_id = {videoId:String}')).length

  async function deliveredBits(): Promise<bigint> {
    const [bits] = await ask<{ low: string; high: string }>(
      'SELECT toString(groupBitOr(delivered_low)) AS low, toString(groupBitOr(delivered_high)) AS high FROM play WHERE video_id = {videoId:String}',
    )
    return (BigInt(bits!.high) << 64n) | BigInt(bits!.low)
  }

  let expected = 0n
  const spans = [...segmentSpans(playlist).values()]

  async function fetchSegments(...numbers: number[]): Promise<void> {
    for (const at of numbers) {
      await storage.put(`${prefix}/v360/${at}.m4s`, Buffer.from('pictures and sound'))
      const answer = await fetch(url(at))
      expect([answer.status, await answer.text()]).toEqual([200, 'pictures and sound'])
      expected |= partsOfSpan(spans[at]!, token.durationMs)
    }
  }

  return {
    rows,
    fetchSegments,
    async fetchRange(at: number, range: string) {
      await storage.put(`${prefix}/v360/${at}.m4s`, Buffer.from('pictures and sound'))
      const answer = await fetch(url(at), { headers: { range } })
      expect(answer.status).toBe(206)
      await answer.arrayBuffer()
    },
    /** A beacon an hour later that says it watched so long and covered the parts from one up to another. */
    async watch(watchedSeconds: number, from: number, to: number) {
      const bits = (1n << BigInt(to)) - (1n << BigInt(from))
      const covered = bits.toString(16).padStart(25, '0')
      const state = playState({ started: 'person', watchedMs: watchedSeconds * 1_000, covered })
      await storePlays(clickhouse.client, [{ token, state, receivedAtMs: token.issuedAtMs + 60 * 60_000 }])
    },
    /** As the pages see it, once the collector has stored what was sent. */
    async stored() {
      await until(deliveredBits, (bits) => bits === expected)
      const [play] = await ask<{ grade: number; delivered: number; not_counted: number }>(
        'SELECT grade, delivered, not_counted FROM merged_play WHERE video_id = {videoId:String}',
      )
      return { grade: play!.grade, delivered: play!.delivered, notCounted: marksIn(play!.not_counted) }
    },
    async plays() {
      return (await ask('SELECT 1 FROM merged_play WHERE video_id = {videoId:String}')).length
    },
    deliveredBits,
  }
}
