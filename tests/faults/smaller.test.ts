import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser } from '#support/browser.ts'
import { ffmpeg, ffprobe, makeClip } from '#support/media.ts'
import { startStreamPage } from '#support/stream-page.ts'
import { testConfig } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { createLogger } from '../../services/program/logger.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import { validateHls } from '../../workers/transcoder/media/hls/validate-hls.ts'
import { readFromStorage } from '../../workers/transcoder/media/hls/validate-hls-reader.ts'
import { startTranscoder } from '../../workers/transcoder/start-transcoder.ts'

let site: TestSite
let transcoder: RunningProgram

beforeAll(async () => {
  site = await openTestSite()
  const config = { ...testConfig(site.folder, site.databaseUrl), makeSmaller: true, partS: 1.5 }
  transcoder = await startTranscoder(config, createLogger('test', 'silent'))
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

/** A camera that moves over a still landscape of fractals: what films are made of. */
async function makeFilm(name: string, seconds: number): Promise<string> {
  const path = join(site.folder, name)
  const picture = `mandelbrot=size=512x288:rate=24:start_scale=0.6:end_scale=0.1:maxiter=50`
  await ffmpeg([
    ...['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
    ...[
      '-t',
      String(seconds),
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-crf',
      '18',
      '-g',
      '48',
    ],
    ...['-c:a', 'aac', '-ac', '2', path],
  ])
  return path
}

function outcomeOf(videoId: string) {
  return until(
    () => site.catalog.database.selectFrom('smaller').selectAll().where('video_id', '=', videoId).executeTakeFirst(),
    (row) => Boolean(row?.outcome),
    // Encoding on a busy machine.
    110_000,
  )
}

let filmPrefix: string

test('AV1 stands beside the H.264 of every size, cut at the same instants, once it is a fifth smaller and looks the same', async () => {
  const { id } = await site.upload(await makeFilm('film.mp4', 3))
  const { published_prefix: prefix } = await site.reaches(id, 'ready', 'failed')
  filmPrefix = prefix!
  const before = await site.read(`${prefix}/master.m3u8`)
  await site.catalog.jobs.queueSmaller(id)
  const row = await outcomeOf(id)
  expect(row).toMatchObject({ outcome: 'published', prefix })

  const master = await site.read(`${prefix}/master.m3u8`)
  expect(master.startsWith(before)).toBe(true)
  const codecs = [...master.matchAll(/CODECS="(av01|avc1)[^"]*,mp4a\.40\.2".*RESOLUTION=(\d+x\d+)/g)]
  const sizesOf = (codec: string) => codecs.filter((match) => match[1] === codec).map((match) => match[2])
  expect(sizesOf('av01')).toEqual(sizesOf('avc1'))
  expect(await validateHls(await readFromStorage(site.storage, prefix!))).toEqual([])
  const made = await ffprobe(join(site.folder, `storage/${prefix}/288p-av1/playlist.m3u8`), [
    ...['-count_frames', '-show_entries', 'stream=codec_name,width,height,nb_read_frames'],
  ])
  expect(made.streams[0]).toMatchObject({ codec_name: 'av1', width: 512, height: 288, nb_read_frames: '72' })
  // Nothing of what was tried stays.
  const named = [...master.matchAll(/^(.*-av1)\/playlist\.m3u8$/gm)].map((match) => match[1])
  for (const key of await site.keys(prefix!)) if (key.includes('-av1/')) expect(named).toContain(key.split('/').at(-2))
}, 120_000)

/** The folders of the pictures that a browser fetches until it has played half of it. */
async function foldersPlayed(page: Page, url: string): Promise<string[]> {
  const folders = new Set<string>()
  page.on('request', (request) => {
    const folder = /\/(\d+p[^/]*)\/[^/]+\.m4s/.exec(request.url())?.[1]
    if (folder) folders.add(folder)
  })
  await page.goto(url)
  await page.waitForFunction('document.querySelector("video").currentTime > 1.5')
  await page.close()
  return [...folders]
}

/** Before anything else runs in a page. */
const withoutAv1 = `
  const real = MediaSource.isTypeSupported
  MediaSource.isTypeSupported = (type) => !type.includes('av01') && real.call(MediaSource, type)
`

test('browsers that can play AV1 get it, in the size that is chosen too, and others get H.264 as before', async () => {
  const pages = await startStreamPage(site.folder, site.storage)
  const browser = await startBrowser()
  try {
    for (const height of [undefined, 240]) {
      const able = await foldersPlayed(await browser.newPage(), pages.url(filmPrefix, height))
      expect(able.join()).toMatch(height ? /^240p-av1$/ : /^\d+p-av1(,\d+p-av1)*$/)

      const context = await browser.newContext()
      await context.addInitScript(withoutAv1)
      const unable = await foldersPlayed(await context.newPage(), pages.url(filmPrefix, height))
      expect(unable.join()).toMatch(height ? /^240p$/ : /^\d+p(,\d+p)*$/)
    }
  } finally {
    await browser.close()
    await pages.stop()
  }
}, 120_000)

test('it stops as soon as somebody waits for a video, costs no try, and stays in the queue', async () => {
  const { id } = await site.upload(join(site.folder, 'film.mp4'))
  await site.reaches(id, 'ready', 'failed')
  await site.catalog.jobs.queueSmaller(id)
  const row = () =>
    site.catalog.database.selectFrom('smaller').selectAll().where('video_id', '=', id).executeTakeFirst()
  await until(row, (now) => now?.try === 1)

  const { id: other } = await site.upload(await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1 }))
  expect(await site.reaches(other, 'ready', 'failed')).toMatchObject({ status: 'ready' })
  expect(await row()).toMatchObject({ outcome: null, tries_spent: 0 })
  const { rows } = await site.catalog.pool.query(
    "SELECT state FROM pgboss.job WHERE data->>'kind' = 'smaller' AND data->>'videoId' = $1",
    [id],
  )
  expect(rows).toEqual([{ state: 'created' }])
}, 120_000)
