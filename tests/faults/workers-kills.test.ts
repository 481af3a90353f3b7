import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxAttempts } from '#catalog/jobs.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { differencesAfterSweeps, faultsOf } from '#support/check-storage.ts'
import { ffprobe, makeClip } from '#support/media.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { areGone, descendantsOf, isAtWork, startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'
import { failpoints } from '../../workers/transcoder/failpoint.ts'
import { seededRandom } from './random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 100_000)
const random = seededRandom(seed)
const kills = Number(process.env.KILLS ?? 60)
const loopMs = 200_000
const framesPerSecond = 24
const seconds = 6

let site: TestSite
let clips: string[]

beforeAll(async () => {
  site = await openTestSite()
  await rememberTries()
  const size = { seconds, width: 256, height: 144, framesPerSecond }
  // One is copied first, the other is encoded fast first.
  clips = [
    await makeClip(join(site.folder, 'copied.mp4'), size),
    await makeClip(join(site.folder, 'encoded.mkv'), { ...size, codec: 'mpeg4' }),
  ]
})
afterAll(() => site?.close())

/** How often a worker was made to lose what it was at. */
let interruptions = 0

interface Kill {
  where: string
}

/** Keeps a worker of this name running and kills it, at random moments and at those that matter, until `isOver`. */
async function keepKilling(name: string, done: Kill[], orphans: number[], isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const point = random.oneOf([...failpoints, null, null, null])
    const settings = { PART_SECONDS: '2', ...(point && { FAILPOINTS: `${point}:kill` }) }
    const worker = await startWorker(site, name, settings)
    const seen = new Set<number>()
    const endsAt = performance.now() + (point ? 8_000 : random.whole(300, 5_000))
    let isGone = false
    void worker.exited.then(() => {
      isGone = true
    })
    let where = 'the worker at a random moment'
    const victim = point === null && random.whole(1, 3) === 1 ? 'its ffmpeg' : 'the worker'
    while (!isGone && performance.now() < endsAt && !isOver()) {
      for (const pid of await descendantsOf(worker.pid)) seen.add(pid)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    if (isGone) where = point!
    else if (victim === 'its ffmpeg') where = (await killOneOf(worker)) ? 'its ffmpeg at a random moment' : 'nothing'
    if (!isGone && victim === 'the worker') process.kill(worker.pid, 'SIGKILL')
    if (where !== 'nothing') done.push({ where })
    interruptions += victim === 'its ffmpeg' ? 2 : 1
    if (victim === 'its ffmpeg') await worker.stop()
    await worker.exited
    orphans.push(...seen)
  }
}

async function killOneOf(worker: StartedProcess): Promise<boolean> {
  const children = await descendantsOf(worker.pid)
  const victim = children.at(-1)
  if (victim === undefined) return false
  try {
    process.kill(victim, 'SIGKILL')
    return true
  } catch {
    return false
  }
}

/** Rows of parts are deleted when their attempt ends; how often each was tried is noted then. */
async function rememberTries(): Promise<void> {
  await site.catalog.pool.query(`
    ALTER TABLE video ADD COLUMN tries_of_parts integer NOT NULL DEFAULT 0;
    CREATE FUNCTION remember_tries() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE video SET tries_of_parts = greatest(tries_of_parts, OLD.tries_spent) WHERE id = OLD.video_id;
        RETURN NULL;
      END
    $$;
    CREATE TRIGGER remember_tries AFTER DELETE ON transcode_part FOR EACH ROW EXECUTE FUNCTION remember_tries();
  `)
}

async function spentTries(videoId: string): Promise<number> {
  const { rows } = await site.catalog.pool.query<{ spent: number }>(
    `SELECT greatest(
       (SELECT count(*) FROM transcode_attempt WHERE video_id = $1 AND outcome IS DISTINCT FROM 'stopped'),
       (SELECT tries_of_parts FROM video WHERE id = $1)
     )::int AS spent`,
    [videoId],
  )
  return rows[0]!.spent
}

/** What is shown is whole in the bytes, with every picture that the clip had. */
async function expectWhole(video: VideoRow): Promise<void> {
  expect(video.published_prefix).toMatch(/\/ladder$/)
  expect(await faultsOf(site.storage, video.published_prefix!)).toEqual([])
  const master = await site.read(`${video.published_prefix}/master.m3u8`)
  for (const [, name] of master.matchAll(/^(\d+p)\/playlist\.m3u8$/gm)) {
    const playlist = join(site.folder, 'storage', video.published_prefix!, name!, 'playlist.m3u8')
    const { streams } = await ffprobe(playlist, ['-count_packets', '-show_entries', 'stream=nb_read_packets'])
    expect(streams[0]).toMatchObject({ nb_read_packets: String(seconds * framesPerSecond) })
  }
}

/** Tries of parts that came to nothing, as the names of what is shown tell. */
async function triesLost(video: VideoRow): Promise<number> {
  const latest = new Map<string, number>()
  for (const key of await site.keys(video.published_prefix!)) {
    const [, part, number] = /\/p(\d+)-t(\d+)-/.exec(key) ?? []
    if (part) latest.set(part, Math.max(latest.get(part) ?? 1, Number(number)))
  }
  return [...latest.values()].reduce((sum, number) => sum + number - 1, 0)
}

test('whenever workers are killed, every video ends, what is shown is whole, and nothing is left over', async () => {
  console.log(`kills of workers: SEED=${seed}`)
  const done: Kill[] = []
  const orphans: number[] = []
  const videos: string[] = []
  const loopEndsAt = performance.now() + loopMs
  const isOver = () => done.length >= kills || performance.now() > loopEndsAt
  const killing = Promise.all(['one', 'other'].map((name) => keepKilling(name, done, orphans, isOver)))
  // There is always something to do, and never so much that it could not be done afterwards.
  const feeding = (async () => {
    while (!isOver()) {
      const open = await site.catalog.database
        .selectFrom('video')
        .select('id')
        .where('status', 'in', ['queued', 'processing', 'playable'])
        .execute()
      if (open.length < 3) videos.push((await site.upload(random.oneOf(clips))).id)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  })()
  await Promise.all([killing, feeding])
  await areGone(orphans)

  const survivors = await Promise.all(['one', 'other'].map((name) => startWorker(site, name, { PART_SECONDS: '2' })))
  try {
    const counts = { ready: 0, stayedAtFirst: 0, failed: 0 }
    let lostTries = 0
    for (const id of videos) {
      const video = await until(
        () => site.row(id),
        ({ status }) => status === 'ready' || status === 'failed',
        180_000,
      )
      const isMade = video.status === 'ready' && !video.flags.includes('ladder_failed')
      if (isMade) await expectWhole(video)
      if (isMade) lostTries += await triesLost(video)
      // Only where its tries were taken by kills may a video end otherwise; then what was shown before stays.
      else expect([id, await spentTries(id), video.failure_code]).toEqual([id, maxAttempts, 'transcode_failed'])
      counts[isMade ? 'ready' : video.status === 'ready' ? 'stayedAtFirst' : 'failed']++
    }
    const tally = Object.entries(Object.groupBy(done, ({ where }) => where)).map(
      ([where, all]) => `${where} ${all!.length}`,
    )
    console.log(`${done.length} kills (${tally.join(', ')}); ${videos.length} videos: ${JSON.stringify(counts)}`)
    expect(counts.ready).toBeGreaterThan(0)
    // A kill, or the stop after one of ffmpeg, costs the part that was being made and no other.
    expect(lostTries).toBeLessThanOrEqual(interruptions)
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
    expect(await differencesAfterSweeps(site)).toEqual({ strays: [], missing: [] })
    expect((await Promise.all(orphans.map(isAtWork))).filter(Boolean)).toEqual([])
  } finally {
    await Promise.all(survivors.map((worker) => worker.stop()))
  }
})
