import { spawn } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startProcess } from '../infra/supervisor/start-process.ts'
import { acceptUpload } from '../services/catalog/accept-upload.ts'
import { openCatalog } from '../services/catalog/open-catalog.ts'
import { openStorage } from '../services/storage/open-storage.ts'
import { corpusFolder, ffmpeg, makeClip } from '../tests/support/media.ts'
import { startTestPostgres } from '../tests/support/postgres.ts'
import { type Figure, type GroupOptions, median, pairedRatio, range } from './figure.ts'
import { measureFirstFrames } from './first-frame.ts'

/** From "upload finished" to what viewers get, by a worker process on real stores, against plain ffmpeg on the same file. */
export async function publishGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-bench-'))
  const site = await openSite(folder)
  try {
    const clips = await makeClips(folder, quick)
    const figures = []
    for (const clip of clips) figures.push(await measurePlayable(site, folder, clip, quick ? 3 : 5))
    figures.push(await measureLadder(site, folder, clips[0]!, quick ? 2 : 3))
    await site.close()
    const all = [...clips, await makeSlowClip(folder, quick)]
    return [...figures, ...(await measureFirstFrames(folder, all, quick ? 2 : 3))]
  } finally {
    await site.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What has to be encoded before anybody can watch it. */
async function makeSlowClip(folder: string, quick: boolean) {
  const real = join(corpusFolder ?? '', 'perf/big_buck_bunny_720p24_30s_vp8.webm')
  const size = { seconds: quick ? 10 : 30, width: 1_280, height: 720 }
  const path = existsSync(real) ? real : await makeClip(join(folder, 'slow.webm'), { ...size, codec: 'libvpx' })
  return { name: '.vp8', path, what: '720p24 VP8, encoded', plain: (target: string) => firstWords(path, target) }
}

/** The same first version as ours, by hand. */
function firstWords(path: string, target: string): string[] {
  return [
    ...['-i', path, '-map', '0:v:0', '-vf', 'fps=24,scale=854:480:flags=fast_bilinear', '-c:v', 'libx264'],
    ...['-preset', 'superfast', '-bf', '0', '-crf', '25', '-maxrate', '1800k', '-bufsize', '3600k'],
    ...['-force_key_frames', 'expr:gte(t,n_forced*2)', '-sc_threshold', '0', '-g', '9999'],
    ...['-map', '0:a:0?', '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-f', 'hls', '-hls_time', '1'],
    ...['-hls_playlist_type', 'event', '-hls_flags', 'temp_file', '-hls_segment_type', 'fmp4'],
    ...['-hls_segment_filename', `${target}/%d.m4s`, `${target}/playlist.m3u8`],
  ]
}

interface BenchClip {
  name: string
  path: string
  what: string
}

/** 720p24 H.264 with AAC: a trailer with many cuts where it is at hand, else a moving test picture. */
async function makeClips(folder: string, quick: boolean): Promise<BenchClip[]> {
  const trailer = join(corpusFolder ?? '', 'perf/sintel_trailer-720p.mp4')
  const hasTrailer = existsSync(trailer)
  const source = hasTrailer
    ? trailer
    : await makeClip(join(folder, 'made.mp4'), { seconds: 52, width: 1280, height: 720 })
  const what = hasTrailer ? 'Sintel trailer, 720p24' : 'generated test picture, 720p24'
  const minute = join(folder, 'minute.mp4')
  await ffmpeg(['-i', source, ...(quick ? ['-t', '20'] : []), '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', minute])
  const clips = [{ name: '', path: minute, what: `${what}, ${quick ? 20 : 52} s` }]
  if (quick) return clips
  const tenMinutes = join(folder, 'ten-minutes.mp4')
  await ffmpeg(['-stream_loop', '11', '-i', minute, '-c', 'copy', '-t', '600', tenMinutes])
  return [...clips, { name: '.10min', path: tenMinutes, what: `${what}, over and over for 10 min` }]
}

interface Site {
  /** Seconds from an accepted upload until the video has this state; then the video is deleted. */
  secondsUntil(path: string, state: 'playable' | 'ready'): Promise<number>
  close(): Promise<void>
}

async function openSite(folder: string): Promise<Site> {
  const postgres = await startTestPostgres()
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: console.error })
  const storageUrl = `disk://${folder}/storage`
  const storage = await openStorage(storageUrl)
  await catalog.database
    .insertInto('user')
    .values({ id: 'ada', name: 'Ada', email: 'ada@example.org', emailVerified: true })
    .execute()
  const worker = await startProcess({
    name: 'transcoder',
    program: new URL('../workers/transcoder/main.ts', import.meta.url).pathname,
    environment: {
      DATABASE_URL: postgres.url,
      STORAGE_URL: storageUrl,
      WORK_FOLDER: join(folder, 'work'),
      LOG_LEVEL: 'warn',
      PATH: process.env.PATH ?? '',
    },
  })

  let isClosed = false

  async function stateOf(id: string): Promise<string> {
    const { status } = await catalog.database
      .selectFrom('video')
      .select('status')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return status
  }

  return {
    async secondsUntil(path, state) {
      const uploadId = crypto.randomUUID()
      const sourceKey = `sources/${uploadId}`
      const { sizeBytes } = await storage.put(sourceKey, createReadStream(path))
      const about = { fileName: 'clip', title: 'Clip', visibility: 'public' as const }
      const startedAt = performance.now()
      const { id } = await acceptUpload(catalog, { uploadId, ownerId: 'ada', sourceKey, sizeBytes, ...about })
      for (let now = ''; now !== state && now !== 'ready'; now = await stateOf(id)) {
        if (now === 'failed') throw new Error('The video failed.')
        await delay(state === 'ready' ? 50 : 10)
      }
      const seconds = (performance.now() - startedAt) / 1_000
      await catalog.database.deleteFrom('video').where('id', '=', id).execute()
      await untilIdle(join(folder, 'work/transcoder-1'))
      return seconds
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await worker.stop()
      await catalog.close()
      await storage.close()
      await postgres.stop()
    },
  }
}

/** The worker notices within a second that its video is gone, and empties its folder last. */
async function untilIdle(workFolder: string): Promise<void> {
  while ((await readdir(workFolder)).length > 0) await delay(20)
}

async function measurePlayable(site: Site, folder: string, clip: BenchClip, runs: number): Promise<Figure> {
  const ours: number[] = []
  const baseline: number[] = []
  for (let run = 0; run < runs; run++) {
    ours.push(await site.secondsUntil(clip.path, 'playable'))
    baseline.push(await secondsOf(await remuxWords(clip.path, folder)))
  }
  return {
    name: `publish.playable_s${clip.name}`,
    value: median(ours),
    unit: 's',
    baseline: median(baseline),
    ratio: pairedRatio(ours, baseline),
    goal: '≤ 2 s, not growing with the length',
    met: median(ours) <= 2,
    runs,
    note: `${clip.what}; until the status says playable, with its poster, checked; ours ${range(ours, 's')}, plain copy ${range(baseline, 's')}`,
  }
}

async function measureLadder(site: Site, folder: string, clip: BenchClip, runs: number): Promise<Figure> {
  const ours: number[] = []
  const baseline: number[] = []
  for (let run = 0; run < runs; run++) {
    ours.push(await site.secondsUntil(clip.path, 'ready'))
    baseline.push(await secondsOf(await ladderWords(clip.path, folder)))
  }
  const ratio = pairedRatio(ours, baseline)
  return {
    name: 'ladder.whole',
    value: median(ours),
    unit: 's',
    baseline: median(baseline),
    ratio,
    goal: 'ratio ≤ 1.0',
    met: ratio <= 1,
    runs,
    note: `${clip.what}, 720p to 240p, with copy, poster, checks and publishing, on ${cpus().length} cores; ours ${range(ours, 's')}, plain ffmpeg ${range(baseline, 's')}`,
  }
}

async function remuxWords(path: string, folder: string): Promise<string[]> {
  await freshFolder(folder)
  return ['-i', path, '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', ...hlsWords(`${folder}/plain/copy`, 4)]
}

const renditions = [
  { height: 720, maxrate: 2_800 },
  { height: 480, maxrate: 1_400 },
  { height: 360, maxrate: 800 },
  { height: 240, maxrate: 400 },
]

/** The same renditions as ours, as one writes them by hand: every size scaled from the source, threads left to ffmpeg. */
async function ladderWords(path: string, folder: string): Promise<string[]> {
  await freshFolder(folder)
  const sizes = renditions.map(({ height }) => `[in${height}]scale=-2:${height}[v${height}]`)
  const split = `[0:v:0]fps=24,split=${renditions.length}${renditions.map(({ height }) => `[in${height}]`).join('')}`
  const keyframes = 'expr:gte(t,if(lt(n_forced,3),n_forced*2,(n_forced-1)*4))'
  return [
    ...['-i', path, '-filter_complex', [split, ...sizes].join(';')],
    ...renditions.flatMap(({ height, maxrate }) => [
      ...['-map', `[v${height}]`, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23'],
      ...['-maxrate', `${maxrate}k`, '-bufsize', `${maxrate * 2}k`],
      ...['-force_key_frames', keyframes, '-forced-idr', '1', '-sc_threshold', '0', '-g', '9999'],
      ...hlsWords(`${folder}/plain/${height}`, 1),
    ]),
    ...['-map', '0:a:0', '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000'],
    ...hlsWords(`${folder}/plain/audio`, 4),
  ]
}

function hlsWords(name: string, seconds: number): string[] {
  return [
    ...['-f', 'hls', '-hls_time', String(seconds), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_fmp4_init_filename', `${name.split('/').at(-1)}.mp4`],
    ...['-hls_segment_filename', `${name}-%d.m4s`, `${name}.m3u8`],
  ]
}

async function freshFolder(folder: string): Promise<void> {
  await rm(join(folder, 'plain'), { recursive: true, force: true })
  await mkdir(join(folder, 'plain'))
}

async function secondsOf(words: string[]): Promise<number> {
  const startedAt = performance.now()
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`Plain ffmpeg ended with code ${code}.`)
  return (performance.now() - startedAt) / 1_000
}
