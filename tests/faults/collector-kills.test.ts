import { appendFile, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startCollector, type TestCollector } from '#support/collector.ts'
import { migrateClickHouse } from '../../infra/clickhouse/migrate.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'
import { killPoints } from '../../services/beacon/kill-points.ts'
import { newWatcher, repeatLast, sendNext, type Watcher } from './beacon-writer.ts'
import { countedPlays } from './counted-plays.ts'
import { type Random, seededRandom } from './random.ts'

// Say FAULT_SEED=n to have a run again, FAULT_KILLS=n for another number of kills.
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.FAULT_KILLS ?? 200)

let clickhouse: TestClickHouse
let folder: string
let collector: TestCollector | undefined

beforeAll(async () => {
  clickhouse = await startClickHouse()
  folder = await mkdtemp(join(tmpdir(), 'collector-kills-'))
  await migrateClickHouse(clickhouse.client)
})

afterAll(async () => {
  await collector?.stop()
  await clickhouse?.stop()
  await rm(folder, { recursive: true, force: true })
})

test(`what was acknowledged is counted, and once, after ${kills} kills at every step (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  const videoId = newVideoId()
  const watchers: Watcher[] = []
  const died: Record<string, number> = {}
  for (let kill = 0; kill < kills; kill++) {
    const point = random.oneOf(killPoints)
    const killAt = `${point}:${random.whole(1, point === 'flush' ? 2 : 30)}`
    collector = await startCollector({ clickhouseUrl: clickhouse.url, folder, killAt })
    watchers.push(...Array.from({ length: random.whole(2, 6) }, () => newWatcher(videoId)))
    await sendUntilDead(watchers.slice(-12), collector)
    died[point] = (died[point] ?? 0) + 1
    if (random.whole(0, 3) === 0) await tearTail(random)
  }
  collector = await startCollector({ clickhouseUrl: clickhouse.url, folder })
  await drained(collector)
  console.log(`seed ${seed}: ${kills} kills ${JSON.stringify(died)}, ${watchers.length} plays`)

  const counted = await countedPlays(clickhouse.client, videoId)
  const wrong = watchers.filter((watcher) => !isRight(watcher, counted.get(watcher.token.playId)))
  expect(wrong).toEqual([])
  expect(watchers.filter(({ acknowledgedS }) => acknowledgedS > 0).length).toBeGreaterThan(kills / 2)
}, 3_600_000)

/** At least what was acknowledged; a beacon whose answer was lost may be there as well. */
function isRight({ sentS, acknowledgedS }: Watcher, play = { starts: 0, watchedMs: 0 }): boolean {
  const isThere = acknowledgedS === 0 || play.starts === 1
  return isThere && play.starts <= 1 && play.watchedMs >= acknowledgedS * 1000 && play.watchedMs <= sentS * 1000
}

async function sendUntilDead(watchers: readonly Watcher[], { port, exited }: StartedProcess): Promise<void> {
  let isDead = false
  const death = exited.then(() => {
    isDead = true
  })
  const sendOn = async (watcher: Watcher) => {
    while (!isDead) {
      if (watcher.sentS < 60) await sendNext(watcher, port)
      else await repeatLast(watcher, port)
    }
  }
  await Promise.all([death, ...watchers.map(sendOn)])
}

/** Half a record after the last whole one, as a kill of the machine may leave it. */
async function tearTail(random: Random): Promise<void> {
  const segments = (await readdir(folder)).filter((name) => name.endsWith('.segment')).sort()
  const last = segments.at(-1)
  if (!last) return
  const path = join(folder, last)
  const { size } = await stat(path)
  const file = await open(path, 'r')
  const bytes = Buffer.alloc(size)
  await file.read(bytes, 0, size, 0)
  await file.close()
  const written = bytes.findLastIndex((byte) => byte !== 0) + 1
  const torn = Buffer.concat([
    Buffer.from([0xff, 0x51, 0xfe, 0x51, 0xff, 0x01, 0, 0]),
    Buffer.alloc(random.whole(1, 200), 0x41),
  ])
  if (written === size) return appendFile(path, torn)
  const target = await open(path, 'r+')
  await target.write(torn, 0, torn.length, written)
  await target.close()
}

async function drained(collector: TestCollector): Promise<void> {
  await expect.poll(async () => (await collector.health()).spool.waitingBytes, { timeout: 60_000 }).toBe(0)
}
