import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe } from '#support/media.ts'
import { testConfig } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { RunningProgram } from '../../../services/program/run-program.ts'
import { validateHls } from '../media/validate-hls.ts'
import { readFromStorage } from '../media/validate-hls-reader.ts'
import { startTranscoder } from '../start-transcoder.ts'

let site: TestSite
let transcoder: RunningProgram

beforeAll(async () => {
  site = await openTestSite()
  const config = { ...testConfig(site.folder, site.databaseUrl), makeSmaller: true, partS: 2 }
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
  )
}

test('AV1 stands beside the H.264 of every size, cut at the same instants, once it is a fifth smaller and looks the same', async () => {
  const { id } = await site.upload(await makeFilm('film.mp4', 5))
  const { published_prefix: prefix } = await site.reaches(id, 'ready', 'failed')
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
  expect(made.streams[0]).toMatchObject({ codec_name: 'av1', width: 512, height: 288, nb_read_frames: '120' })
  // Nothing of what was tried stays.
  const named = [...master.matchAll(/^(.*-av1)\/playlist\.m3u8$/gm)].map((match) => match[1])
  for (const key of await site.keys(prefix!)) if (key.includes('-av1/')) expect(named).toContain(key.split('/').at(-2))
}, 120_000)
