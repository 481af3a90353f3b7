import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startCollector, type TestCollector } from '#support/collector.ts'
import { beacon, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { migrateClickHouse } from '../infra/clickhouse/migrate.ts'
import { readViewsDetails } from '../services/api/views/views-details.ts'
import { readWatchCounts } from '../services/api/views/watch-counts.ts'
import { rowVersion } from '../services/beacon/play-row.ts'
import { openSpool } from '../services/beacon/spool/spool.ts'

let clickhouse: TestClickHouse
let folder: string
let collector: TestCollector

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-faults-'))
})

afterEach(async () => {
  await collector?.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('a beacon that was answered with 204', () => {
  test('is counted within seconds', async () => {
    const videoId = newVideoId()
    collector = await start()
    expect(await send(videoId)).toBe(204)
    await expect.poll(() => startsOf(videoId), { timeout: 5_000 }).toBe(1)
  })

  test('is counted once after ClickHouse was away, and Views Details can say since when it waits', async () => {
    const videoId = newVideoId()
    collector = await start()
    const beforeMs = Date.now()
    await clickhouse.kill()
    const statuses = await Promise.all(Array.from({ length: 50 }, () => send(videoId)))
    expect(statuses).toEqual(Array(50).fill(204))
    await expect
      .poll(async () => (await collector.health()).delayedSinceMs, { timeout: 15_000 })
      .toBeGreaterThanOrEqual(beforeMs)
    expect((await collector.health()).ready).toBe(true)
    await clickhouse.restart()
    await expect.poll(() => startsOf(videoId), { timeout: 20_000 }).toBe(50)
    await expect.poll(async () => (await collector.health()).spool.waitingBytes, { timeout: 20_000 }).toBe(0)
    expect(await collector.health()).toMatchObject({ delayedSinceMs: null, lastDrainError: null })
    expect(await startsOf(videoId)).toBe(50)
  })

  test('is counted once though the collector is killed while it takes beacons, again and again', async () => {
    const videoId = newVideoId()
    let acknowledged = 0
    for (let kill = 0; kill < 4; kill++) {
      collector = await start()
      acknowledged += await sendUntilKilled(videoId)
    }
    collector = await start()
    await expect.poll(async () => (await collector.health()).spool.waitingBytes, { timeout: 10_000 }).toBe(0)
    const starts = await startsOf(videoId)
    // A beacon may be on disk although its answer was lost with the process; one that was answered must be there.
    expect(starts).toBeGreaterThanOrEqual(acknowledged)
    expect(starts).toBeLessThanOrEqual(acknowledged + 4 * atOnce)
    expect(acknowledged).toBeGreaterThan(0)
  })

  test('is on its way to ClickHouse before a collector that is asked to stop is gone', async () => {
    const videoId = newVideoId()
    collector = await start()
    await Promise.all(Array.from({ length: 20 }, () => send(videoId)))
    await collector.stop()
    expect(await startsOf(videoId)).toBe(20)
  })

  test('is not held up by a row that ClickHouse cannot read', async () => {
    const videoId = newVideoId()
    const spool = await openSpool({ folder, rowVersion, maxBytes: 1_000_000 })
    await spool.append({ text: 'not a row of this table\n', receivedAtMs: Date.now() })
    await spool.close()
    collector = await start()
    expect(await send(videoId)).toBe(204)
    await expect.poll(() => startsOf(videoId), { timeout: 5_000 }).toBe(1)
    expect((await collector.health()).rejected).toBe(1)
  })
})

test('robots and owners are told apart on the way in', async () => {
  const videoId = newVideoId()
  collector = await start()
  await send(videoId)
  await send(videoId, { userAgent: 'Googlebot/2.1 (+http://www.google.com/bot.html)' })
  await send(videoId, { isOwn: true })
  const subject = { kind: 'video' as const, id: videoId, title: '', videos: 1, durationMs: 60_000, posterUrl: null }
  const question = { subject, videoIds: [videoId], filter: {}, nowMs: Date.now(), delayedSinceMs: null }
  const totals = async () => (await readViewsDetails(clickhouse.client, question)).totals
  await expect.poll(totals, { timeout: 5_000 }).toMatchObject({ starts: 1, notCounted: 2, liveNow: 1 })
})

const atOnce = 16

function start(): Promise<TestCollector> {
  return startCollector({ clickhouseUrl: clickhouse.url, folder })
}

/** One beacon of a new play; resolves with the status. */
async function send(videoId: string, what: { userAgent?: string; isOwn?: boolean } = {}): Promise<number> {
  const token = { videoId, playId: newPlayId(), isOwn: what.isOwn ?? false }
  const answer = await fetch(`http://127.0.0.1:${collector.port}/beacon`, {
    method: 'POST',
    headers: { 'User-Agent': what.userAgent ?? browser },
    body: JSON.stringify(beacon({ token, state: watched(20) })),
  })
  return answer.status
}

/** Sends without a pause, kills the collector after some hundred answers, and resolves with how many were 204. */
async function sendUntilKilled(videoId: string): Promise<number> {
  const killAfter = 100 + Math.floor(Math.random() * 200)
  let acknowledged = 0
  let isKilled = false
  async function sendOn(): Promise<void> {
    while (!isKilled) {
      const status = await send(videoId).catch(() => 0)
      if (status === 204) acknowledged++
      if (acknowledged >= killAfter && !isKilled) {
        isKilled = true
        process.kill(collector.pid, 'SIGKILL')
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sendOn))
  await collector.exited
  return acknowledged
}

async function startsOf(videoId: string): Promise<number> {
  return (await readWatchCounts(clickhouse.client, [videoId])).get(videoId)?.starts ?? 0
}
