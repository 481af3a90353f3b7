import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startCollector, type TestCollector } from '#support/collector.ts'
import { migrateClickHouse } from '../../infra/clickhouse/migrate.ts'
import { newWatcher, sendNext, type Watcher } from './beacon-writer.ts'
import { countedPlays } from './counted-plays.ts'
import { seededRandom } from './random.ts'

const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)

let clickhouse: TestClickHouse
let folder: string
let collector: TestCollector | undefined

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collector-disk-'))
})

afterEach(async () => {
  await collector?.stop()
  await rm(folder, { recursive: true, force: true })
})

afterAll(() => clickhouse?.stop())

test(`bytes that flipped on disk cost the records they lie in, each is told, and all others are counted (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  const videoId = newVideoId()
  await clickhouse.kill()
  collector = await startCollector({ clickhouseUrl: clickhouse.url, folder })
  const watchers = Array.from({ length: 400 }, () => newWatcher(videoId))
  for (const watcher of watchers) expect(await sendNext(watcher, collector.port)).toBe(204)
  process.kill(collector.pid, 'SIGKILL')
  await collector.exited

  const flips = 25
  await flipBytes(flips, (most) => random.whole(0, most))
  await clickhouse.restart()
  collector = await startCollector({ clickhouseUrl: clickhouse.url, folder })
  await expect.poll(async () => (await collector!.health()).spool.waitingBytes, { timeout: 60_000 }).toBe(0)
  const counted = await countedPlays(clickhouse.client, videoId)
  const { damaged } = await collector.health()
  expect(damaged).toBeGreaterThan(0)
  // A flip spoils one record; one in the length of a record may hide the record behind it as well.
  expect(counted.size).toBeGreaterThanOrEqual(watchers.length - 2 * flips)
  expect(counted.size).toBeLessThan(watchers.length)
  for (const play of counted.values()) expect(play).toEqual({ starts: 1, watchedMs: 1000 })
})

test('a full disk refuses beacons with a time to come back, keeps what it acknowledged, and takes beacons again', async () => {
  const videoId = newVideoId()
  await clickhouse.kill()
  // A disk of 3 MB that this collector alone sees; it is gone with the process.
  const mount = 'mount -t tmpfs -o size=3m tmpfs "$SPOOL_FOLDER" && exec "$@"'
  collector = await startCollector({
    clickhouseUrl: clickhouse.url,
    folder,
    wrapper: ['unshare', '-rm', 'sh', '-c', mount, 'sh'],
  })
  const acknowledged: Watcher[] = []
  for (let refused = 0; refused < 20; ) {
    const watcher = newWatcher(videoId)
    const status = await sendNext(watcher, collector.port)
    if (status === 204) acknowledged.push(watcher)
    else refused++
    if (status !== 204) expect(status).toBe(503)
  }
  expect(acknowledged.length).toBeGreaterThan(1_000)
  expect(await collector.health()).toMatchObject({ ready: false, reason: expect.stringMatching(/disk refuses/) })

  await clickhouse.restart()
  await expect.poll(async () => (await collector!.health()).spool.waitingBytes, { timeout: 60_000 }).toBe(0)
  const later = newWatcher(videoId)
  await expect.poll(() => sendNext(later, collector!.port), { timeout: 30_000 }).toBe(204)
  const counted = await expect
    .poll(() => countedPlays(clickhouse.client, videoId), { timeout: 30_000 })
    .toSatisfy((plays: Map<string, unknown>) => plays.has(later.token.playId))
    .then(() => countedPlays(clickhouse.client, videoId))
  for (const { token } of acknowledged) expect(counted.get(token.playId)?.starts).toBe(1)
})

async function flipBytes(count: number, wholeUpTo: (most: number) => number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.segment'))
  expect(names).toHaveLength(1)
  const file = await open(join(folder, names[0]!), 'r+')
  const bytes = await file.readFile()
  const written = bytes.findLastIndex((byte) => byte !== 0) + 1
  for (let flip = 0; flip < count; flip++) {
    const at = wholeUpTo(written - 1)
    await file.write(Buffer.from([bytes[at]! ^ (1 << wholeUpTo(7))]), 0, 1, at)
  }
  await file.close()
}
