import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startCollector, type TestCollector } from '#support/collector.ts'
import { migrateClickHouse } from '../../infra/clickhouse/migrate.ts'
import { countedPlays } from '../faults/counted-plays.ts'
import type { SteadyPlan, SteadyResult } from './steady-players.ts'

const minutes = Number(process.env.LOAD_MINUTES ?? 10)
const playsPerSecond = 400

let clickhouse: TestClickHouse
let folder: string
let collector: TestCollector

beforeAll(async () => {
  clickhouse = await startClickHouse()
  folder = await mkdtemp(join(tmpdir(), 'load-outage-'))
  await migrateClickHouse(clickhouse.client)
  collector = await startCollector({ clickhouseUrl: clickhouse.url, folder })
})

afterAll(async () => {
  await collector?.stop()
  await clickhouse?.stop()
  await rm(folder, { recursive: true, force: true })
})

test(`all that was acknowledged while ClickHouse was away for ${minutes} minutes is counted once, in flat memory`, async () => {
  const videoId = newVideoId()
  // Long enough to fill what it remembers of tokens.
  await send({ port: collector.port!, videoId, seconds: 60, playsPerSecond })
  const before = { atMs: Date.now(), rssMb: await rssMb() }
  await clickhouse.kill()
  const during = await send({ port: collector.port!, videoId, seconds: minutes * 60, playsPerSecond })
  const away = { health: await collector.health(), rssMb: await rssMb() }
  await clickhouse.restart()
  const after = await send({ port: collector.port!, videoId, seconds: 20, playsPerSecond })
  await expect
    .poll(async () => (await collector.health()).spool.waitingBytes, { timeout: 10 * 60_000, interval: 500 })
    .toBe(0)
  console.log(
    `${during.acknowledged} beacons acknowledged while away, ${during.refused} refused; ` +
      `memory ${before.rssMb} MB before, ${away.rssMb} MB after ${minutes} minutes, ${await rssMb()} MB once drained`,
  )

  expect(during.refused).toBe(0)
  expect(away.health.delayedSinceMs).toBeGreaterThanOrEqual(before.atMs - 5_000)
  const counted = await countedPlays(clickhouse.client, videoId)
  const starts = [...counted.values()].reduce((sum, play) => sum + play.starts, 0)
  expect(starts).toBe(counted.size)
  const acknowledged = [...during.playIds, ...after.playIds]
  expect(acknowledged.filter((playId) => counted.get(playId)?.starts !== 1)).toEqual([])
  // The spool is on disk, not in memory: what is held does not grow with the length of the outage.
  expect(away.rssMb - before.rssMb).toBeLessThan(50)
})

async function send(plan: SteadyPlan): Promise<SteadyResult> {
  const players = fork(fileURLToPath(new URL('./steady-players.ts', import.meta.url)))
  await once(players, 'message')
  players.send(plan)
  const [result] = (await once(players, 'message')) as [SteadyResult]
  return result
}

async function rssMb(): Promise<number> {
  const status = await readFile(`/proc/${collector.pid}/status`, 'utf8')
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024)
}
