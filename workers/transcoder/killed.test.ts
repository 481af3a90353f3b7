import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { makeClip } from '#support/media.ts'
import { testEnvironment } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'

let site: TestSite
let worker: StartedProcess | undefined

beforeAll(async () => {
  site = await openTestSite()
})
afterEach(() => worker?.stop())
afterAll(() => site?.close())

async function startWorker(): Promise<StartedProcess> {
  const environment = { ...testEnvironment(site.folder, site.databaseUrl), PATH: process.env.PATH! }
  const program = new URL('./main.ts', import.meta.url).pathname
  worker = await startProcess({ name: 'transcoder', program, environment, onLine: () => {} })
  return worker
}

async function startInTheMiddleOf(videoId: string): Promise<StartedProcess> {
  const started = await startWorker()
  await until(
    () => site.keys(`videos/${videoId}`),
    (keys) => keys.some((key) => key.includes('/ladder/')),
  )
  return started
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(pid)])
  return stdout.trim().split(/\s+/).map(Number)
}

/** A process that ended may wait as a zombie for whoever inherits it. */
async function isAtWork(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}

async function isGone(pid: number): Promise<void> {
  await until(
    () => isAtWork(pid),
    (atWork) => !atWork,
    5_000,
  )
}

test('a worker killed in the middle leaves no ffmpeg, and its next process makes what it was at and no more', async () => {
  const clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 12, width: 1280, height: 720 })
  const { id } = await site.upload(clip)
  const first = await startInTheMiddleOf(id)
  const children = await childrenOf(first.pid)
  expect(children.length).toBeGreaterThan(0)
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  for (const child of children) await isGone(child)
  const between = await site.row(id)
  expect(between).toMatchObject({ status: 'playable', published_prefix: `videos/${id}/a1/remux` })

  await startWorker()
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({ status: 'ready', published_prefix: `videos/${id}/a1/ladder`, flags: [] })
  const keys = await site.keys(`videos/${id}`)
  // Of the part that was killed nothing but its second try is shown, and a part that was done is not made again.
  const tries = new Set(keys.flatMap((key) => /\/ladder\/\d+p\/(p\d+-t\d+)-.*m4s$/.exec(key)?.[1] ?? []))
  expect([...tries].sort()).toEqual(expect.arrayContaining([expect.stringMatching(/t2$/)]))
  expect(new Set([...tries].map((made) => made.split('-')[0])).size).toBe(tries.size)
  // The copy that people may be watching stays until it is swept.
  expect(keys).toContain(`videos/${id}/a1/remux/master.m3u8`)
  await until(
    () => readdir(join(site.folder, 'work/worker-of-a-test')),
    (names) => names.length === 0,
  )
})

test('a worker that is asked to stop ends ffmpeg and hands the part back, which costs it no try', async () => {
  const clip = join(site.folder, 'clip.mkv')
  await makeClip(clip, { seconds: 30, width: 1280, height: 720, codec: 'mpeg4' })
  const { id } = await site.upload(clip)
  const started = await startInTheMiddleOf(id)
  const children = await childrenOf(started.pid)
  await started.stop()
  expect(await started.exited).toEqual({ code: 0, signal: null })
  for (const child of children) await isGone(child)
  const { rows } = await site.catalog.pool.query(
    `SELECT job.state, part.state AS part, tries_spent
     FROM pgboss.job JOIN transcode_part AS part ON job_id = job.id
     WHERE video_id = $1 AND try > 0 AND part.state <> 'done'`,
    [id],
  )
  expect(rows).toEqual([{ state: 'retry', part: 'waiting', tries_spent: 0 }])
})
