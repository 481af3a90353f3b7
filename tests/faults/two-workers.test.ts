import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelVideo } from '#catalog/cancel-video.ts'
import { ffprobe, makeClip } from '#support/media.ts'
import { testEnvironment } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'

let site: TestSite
const workers: StartedProcess[] = []

beforeAll(async () => {
  site = await openTestSite()
})
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await site?.close()
})

async function startWorker(name: string): Promise<StartedProcess> {
  const program = new URL('../../workers/transcoder/main.ts', import.meta.url).pathname
  const own = { WORKER_NAME: name, THREADS: '1', PATH: process.env.PATH! }
  const environment = { ...testEnvironment(site.folder, site.databaseUrl), ...own }
  const worker = await startProcess({ name, program, environment, onLine: () => {} })
  workers.push(worker)
  return worker
}

async function partsOf(videoId: string) {
  return site.catalog.database
    .selectFrom('transcode_part')
    .select(['part', 'worker', 'state', 'kind', 'frames_done'])
    .where('video_id', '=', videoId)
    .execute()
}

/** When a worker of another name last told of its work at the part, by the database's clock. */
async function takenOverAt(videoId: string, part: number): Promise<Date | undefined> {
  const query = site.catalog.database.selectFrom('transcode_part').select(['updated_at'])
  const ofOther = query.where('video_id', '=', videoId).where('part', '=', part).where('worker', '=', 'other')
  return (await ofOther.executeTakeFirst())?.updated_at
}

/** The name that a part's file begins with, such as `p3-t1`, of every segment of pictures. */
async function triesOf(prefix: string): Promise<string[]> {
  const keys = await site.keys(prefix)
  return keys.flatMap((key) => /\/\d+p\/(p\d+-t\d+)-\d+\.m4s$/.exec(key)?.[1] ?? [])
}

test('a long video is made by two workers, one of which is killed, and loses no more than its part', async () => {
  const clip = join(site.folder, 'long.mp4')
  await makeClip(clip, { seconds: 150, width: 320, height: 240, framesPerSecond: 25 })
  const { id } = await site.upload(clip)
  const [first] = await Promise.all([startWorker('one'), startWorker('other')])
  // Both are at it at the same time.
  const busy = await until(
    () => partsOf(id),
    (parts) => {
      const active = parts.filter(({ state, kind }) => state === 'active' && kind === 'pictures')
      return new Set(active.map(({ worker }) => worker)).size === 2 && active.some(({ worker }) => worker === 'one')
    },
  )
  const planned = busy.filter(({ kind }) => kind === 'pictures').length
  expect(planned).toBeGreaterThan(4)
  const lost = busy.find(({ state, worker }) => state === 'active' && worker === 'one')!
  const { rows } = await site.catalog.pool.query<{ at: Date }>('SELECT now() AS at')
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  // Nobody of its name ever comes back: the other one finds out by itself.
  const taken = await until(
    () => takenOverAt(id, lost.part),
    (at) => at !== undefined,
    150_000,
  )
  expect(taken!.getTime() - rows[0]!.at.getTime()).toBeLessThan(90_000)

  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({ status: 'ready', published_prefix: `videos/${id}/a1/ladder`, flags: [] })
  // The last piece of sound reaches a little further than the pictures.
  expect(Math.abs(video.duration_ms - 150_000)).toBeLessThan(60)
  const tries = new Set(await triesOf(video.published_prefix!))
  expect(tries.size).toBe(planned)
  expect([...tries].filter((name) => !name.endsWith('-t1')).length).toBeLessThanOrEqual(1)

  const playlist = join(site.folder, 'storage', video.published_prefix!, '240p/playlist.m3u8')
  const { streams } = await ffprobe(playlist, ['-count_packets', '-show_entries', 'stream=nb_read_packets'])
  expect(streams[0]).toMatchObject({ nb_read_packets: String(150 * 25) })
  expect(await partsOf(id)).toEqual([])
})

test('a video that its owner stops is left by all workers within seconds, with nothing of it in storage', async () => {
  const clip = join(site.folder, 'stopped.mkv')
  await makeClip(clip, { seconds: 150, width: 640, height: 480, framesPerSecond: 25, codec: 'mpeg4', audio: null })
  const { id } = await site.upload(clip)
  await until(
    () => partsOf(id),
    (parts) => parts.some(({ kind, frames_done }) => kind === 'pictures' && frames_done > 0),
  )
  expect(await cancelVideo(site.catalog, id)).toBe(true)
  const stopped = await site.row(id)
  // What people could watch by then stays, and has an end.
  expect(stopped).toMatchObject({ status: 'ready', failure_code: 'cancelled' })
  await until(
    () => site.keys(`videos/${id}/a1/ladder`),
    (keys) => keys.length === 0,
    20_000,
  )
  await until(
    () => site.read(`${stopped.published_prefix}/all/playlist.m3u8`),
    (text) => text.includes('#EXT-X-ENDLIST'),
    20_000,
  )
})
