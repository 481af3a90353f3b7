import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxExtraTries } from '#catalog/extras.ts'
import { findPosterWish, wishPoster } from '#catalog/extras-poster.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import { ffmpeg, makeClip } from '#support/media.ts'
import { poisoned } from '#support/poisoned.ts'
import { testEnvironment } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { type KeptProcess, keepRunning } from '../../infra/supervisor/keep-running.ts'
import { createLogger } from '../../services/program/logger.ts'

// One of the extras is the poster; the storyboard is queued when the first version is published and again with the ladder.
const mostDeaths = maxAttempts + 3 * maxExtraTries

let site: TestSite
let clip: string
let worker: KeptProcess | undefined

beforeAll(async () => {
  site = await openTestSite()
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 2, width: 256, height: 144 })
})
afterAll(async () => {
  await worker?.stop(5_000)
  await site?.close()
})

/** Kept running as the site keeps its one worker; gives how often it died. */
async function keepWorker(poison: string): Promise<() => number> {
  const pids = new Set<number>()
  const program = new URL('../../workers/transcoder/main.ts', import.meta.url).pathname
  const own = { THREADS: '1', MAKE_SMALLER: 'false', PATH: process.env.PATH!, POISON: poison }
  const environment = { ...testEnvironment(site.folder, site.databaseUrl), ...own }
  const nodeOptions = ['--import', poisoned]
  const plan = { name: 'worker', program, environment, nodeOptions, onLine: () => {} }
  // Whoever is started again looks for what its former self left first.
  const noted = { ...plan, endLeftover: async () => void pids.add(pids.size) }
  worker = await keepRunning(noted, createLogger('test', 'silent'))
  return () => pids.size - 1
}

async function sendPoster(videoId: string): Promise<void> {
  const picture = join(site.folder, 'picture.jpg')
  await ffmpeg(['-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1', picture])
  const imageKey = `pictures/${crypto.randomUUID()}`
  await site.storage.put(imageKey, await readFile(picture))
  await wishPoster(site.catalog, videoId, { imageKey })
}

test('files that kill the only worker, as videos, storyboards or posters, end with a code; the others are made, and it comes to rest', async () => {
  const killing = await site.upload(clip)
  const killingLater = await site.upload(clip)
  await sendPoster(killingLater.id)
  const healthy = await Promise.all([site.upload(clip), site.upload(clip), site.upload(clip)])
  const deaths = await keepWorker(`/(${killing.id}-|${killingLater.id}-extra-)`)

  for (const { id } of healthy) expect(await site.reaches(id, 'ready', 'failed')).toMatchObject({ status: 'ready' })
  const ended = await until(
    () => site.row(killing.id),
    ({ status }) => status === 'failed',
    300_000,
  )
  expect(ended.failure_code).toBe('transcode_failed')
  expect(await site.reaches(killingLater.id, 'ready')).toMatchObject({ failure_code: null })
  // Nobody waits for ever for a poster that can't be made, and the storyboard is not begun again and again.
  const wish = await until(
    () => findPosterWish(site.catalog.database, killingLater.id),
    (row) => row?.state !== 'working',
    600_000,
  )
  expect(wish).toMatchObject({ state: 'failed', failure_code: 'transcode_failed' })
  const without = await until(
    () => site.row(killingLater.id),
    ({ storyboard_source_key, source_key }) => storyboard_source_key === source_key,
    600_000,
  )
  expect(without.storyboard_prefix).toBeNull()
  expect(deaths()).toBeLessThanOrEqual(mostDeaths)
  const { id } = await site.upload(clip)
  expect(await site.reaches(id, 'ready', 'failed')).toMatchObject({ status: 'ready' })
  expect(deaths()).toBeLessThanOrEqual(mostDeaths)
})
