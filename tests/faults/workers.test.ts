import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { VideoRow } from '#catalog/schema.ts'
import { differencesAfterSweeps, faultsOf } from '#support/check-storage.ts'
import { makeClip } from '#support/media.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { areGone, descendantsOf, isStopped, startWorker } from '#support/workers.ts'
import { wrongClock } from '#support/wrong-clock.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'
import { deleteVideo } from '../../services/api/videos/delete-video.ts'
import { seededRandom } from './random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 100_000)
const random = seededRandom(seed)
console.log(`workers: SEED=${seed}`)

let site: TestSite
let clip: string
const workers: StartedProcess[] = []

beforeAll(async () => {
  site = await openTestSite()
  clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 6, width: 320, height: 240, codec: 'mpeg4' })
})
afterEach(async () => {
  for (const { pid } of workers) tell(pid, 'SIGCONT')
  await Promise.all(workers.splice(0).map((worker) => worker.stop()))
})
afterAll(() => site?.close())

async function start(name: string, settings: Record<string, string> = {}, nodeOptions: string[] = []) {
  const worker = await startWorker(site, name, { PART_SECONDS: '2', ...settings }, nodeOptions)
  workers.push(worker)
  return worker
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone by itself.
  }
}

async function stopsItself({ pid }: StartedProcess): Promise<void> {
  await until(
    () => isStopped(pid),
    (stopped) => stopped,
  )
}

async function partsOf(videoId: string) {
  const query = site.catalog.database.selectFrom('transcode_part').selectAll().where('video_id', '=', videoId)
  return query.orderBy('part').execute()
}

async function attemptsOf(videoId: string) {
  const query = site.catalog.database.selectFrom('transcode_attempt').selectAll().where('video_id', '=', videoId)
  return query.orderBy('attempt').execute()
}

/** A published video answers for every byte; nothing else is left of what was made. */
async function isWhole(video: VideoRow): Promise<void> {
  expect(video).toMatchObject({ status: 'ready', published_prefix: expect.stringContaining('/ladder') })
  expect(await faultsOf(site.storage, video.published_prefix!)).toEqual([])
}

async function nothingIsLost(): Promise<void> {
  // Extras that are being made have objects before they have a row.
  await until(
    async () =>
      (
        await site.catalog.pool.query(
          "SELECT 1 FROM pgboss.job WHERE name = 'extra' AND state < 'completed' AND data->>'kind' <> 'smaller'",
        )
      ).rows,
    (rows) => rows.length === 0,
  )
  expect(await differencesAfterSweeps(site)).toEqual({ strays: [], missing: [] })
}

test('workers that stand still past their claims are replaced within 90 seconds; when they wake up they publish nothing and take away what they made', async () => {
  const zombies = await Promise.all([
    start('zombie-1', { FAILPOINTS: 'stored:stop' }),
    start('zombie-2', { FAILPOINTS: 'encoding:stop' }),
  ])
  const { id } = await site.upload(clip)
  await Promise.all(zombies.map(stopsItself))
  const stoppedAt = performance.now()
  const other = await start('other')
  const made = await until(
    () => site.row(id),
    ({ status }) => status === 'ready' || status === 'failed',
    150_000,
  )
  console.log(`all was made ${Math.round((performance.now() - stoppedAt) / 1_000)} s after the stop`)
  await isWhole(made)
  for (const { pid } of zombies) tell(pid, 'SIGCONT')
  for (const name of ['zombie-1', 'zombie-2'])
    await until(
      () => readdir(join(site.folder, 'work', name)),
      (names) => names.length === 0,
    )
  expect(await site.row(id)).toMatchObject({ status: 'ready', published_prefix: made.published_prefix })
  await isWhole(await site.row(id))
  await nothingIsLost()
  await other.stop()
})

test('a worker that stands still right before the switch changes nothing when it wakes up after its video was deleted', async () => {
  const zombie = await start('zombie', { FAILPOINTS: 'before-switch:stop' })
  const { id } = await site.upload(clip)
  await stopsItself(zombie)
  await deleteVideo({ catalog: site.catalog } as never, { id })
  tell(zombie.pid, 'SIGCONT')
  await until(
    () => readdir(join(site.folder, 'work', 'zombie')),
    (names) => names.length === 0,
  )
  expect(await site.catalog.database.selectFrom('video').select('id').where('id', '=', id).execute()).toEqual([])
  await nothingIsLost()
  expect(await site.keys(`videos/${id}`)).toEqual([])
})

test.each([
  // All segments are stored, and no playlist names them yet: the late one writes the playlists once more.
  'before-playlists',
  'before-switch',
])('a job that two workers were given at once, the first of which sleeps at %s, is published once', async (moment) => {
  const zombie = await start('first-to-have-it', { FAILPOINTS: `${moment}:stop` })
  const { id } = await site.upload(clip)
  await stopsItself(zombie)
  const finish = (await partsOf(id)).find(({ kind }) => kind === 'finish')!
  // The queue gives it to another one although the first is at it still.
  await site.catalog.jobs.handBack(finish.job_id!)
  await start('second-to-have-it')
  const made = await site.reaches(id, 'ready', 'failed')
  await isWhole(made)
  const master = await site.read(`${made.published_prefix}/master.m3u8`)
  tell(zombie.pid, 'SIGCONT')
  await until(
    () => readdir(join(site.folder, 'work', 'first-to-have-it')),
    (names) => names.length === 0,
  )
  expect(await site.row(id)).toMatchObject({ status: 'ready', published_prefix: made.published_prefix, flags: [] })
  expect(await attemptsOf(id)).toMatchObject([{ outcome: 'ready' }])
  expect(await site.read(`${made.published_prefix}/master.m3u8`)).toBe(master)
  await isWhole(await site.row(id))
  await nothingIsLost()
})

test('videos that are deleted at any moment while they are made stay deleted, and none of their bytes is left', async () => {
  await Promise.all([start('one'), start('other')])
  for (let round = 0; round < 12; round++) {
    const { id } = await site.upload(clip)
    const moment = random.whole(0, 1_800)
    await new Promise((resolve) => setTimeout(resolve, moment))
    await deleteVideo({ catalog: site.catalog } as never, { id })
  }
  await until(
    async () =>
      (
        await site.catalog.pool.query(
          "SELECT 1 FROM pgboss.job WHERE name IN ('transcode', 'extra') AND state < 'completed' AND data->>'kind' <> 'smaller'",
        )
      ).rows,
    (rows) => rows.length === 0,
  )
  for (const name of ['one', 'other'])
    await until(
      () => readdir(join(site.folder, 'work', name)),
      (names) => names.length === 0,
    )
  await nothingIsLost()
})

test('a video that is made private again and again while it is made is as its owner left it', async () => {
  await Promise.all([start('one'), start('other')])
  const { id } = await site.upload(clip)
  let last: 'public' | 'private' = 'public'
  let changes = 0
  const video = await until(
    async () => {
      last = random.oneOf(['public', 'private'] as const)
      changes++
      await site.catalog.database.updateTable('video').set({ visibility: last }).where('id', '=', id).execute()
      return site.row(id)
    },
    ({ status }) => status === 'ready' || status === 'failed',
  )
  expect(changes).toBeGreaterThan(3)
  await isWhole(video)
  expect(await site.row(id)).toMatchObject({ visibility: last, flags: [] })
})

test('workers that are asked to stop, one after the other, cost a video none of its tries', async () => {
  const { id } = await site.upload(clip)
  for (let round = 0; round < 5; round++) {
    const worker = await start('deployed')
    await until(
      () => descendantsOf(worker.pid),
      (children) => children.length > 0,
    )
    const children = await descendantsOf(worker.pid)
    const beforeMs = performance.now()
    await worker.stop(30_000)
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    expect(performance.now() - beforeMs).toBeLessThan(30_000)
    await areGone(children)
  }
  for (const { tries_spent } of await partsOf(id)) expect(tries_spent).toBe(0)
  for (const { outcome } of await attemptsOf(id)) expect([null, 'stopped']).toContain(outcome)
  await start('deployed')
  await isWhole(
    await until(
      () => site.row(id),
      ({ status }) => status === 'ready' || status === 'failed',
      180_000,
    ),
  )
})

test('workers whose clocks are ten minutes ahead and behind, or jump back an hour, keep to the database’s time', async () => {
  await start('ahead', {}, ['--import', wrongClock('const shift = () => 600_000')])
  await start('behind', {}, ['--import', wrongClock('const shift = () => -600_000')])
  await start('jumping', {}, [
    '--import',
    wrongClock('const from = real(); const shift = () => (real() - from > 2_500 ? -3_600_000 : 0)'),
  ])
  const videos = await Promise.all([site.upload(clip), site.upload(clip), site.upload(clip)])
  for (const { id } of videos) {
    const video = await site.reaches(id, 'ready', 'failed')
    await isWhole(video)
    const attempts = await until(
      () => attemptsOf(id),
      ([attempt]) => attempt?.outcome === 'ready',
    )
    expect(attempts).toHaveLength(1)
    const age = await site.catalog.pool.query(
      `SELECT extract(epoch FROM now() - updated_at) AS updated_s, extract(epoch FROM now() - published_at) AS published_s,
         (SELECT extract(epoch FROM now() - finished_at) FROM transcode_attempt WHERE video_id = id) AS finished_s
       FROM video WHERE id = $1`,
      [id],
    )
    for (const seconds of Object.values(age.rows[0]).map(Number))
      expect(seconds).toSatisfy((s: number) => s >= 0 && s < 120)
  }
})
