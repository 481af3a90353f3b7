import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isDownloadImpossible, queueMissingDownloads, setDownloads, shownDownload } from '#catalog/extras-download.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { ffmpeg, ffprobe, makeClip } from '#support/media.ts'
import { testEnvironment } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { RunningProgram } from '../../../services/program/run-program.ts'
import { readTranscoderConfig } from '../config.ts'
import { startTranscoder } from '../start-transcoder.ts'

let site: TestSite
let transcoder: RunningProgram

beforeAll(async () => {
  site = await openTestSite()
  const config = readTranscoderConfig(testEnvironment(site.folder, site.databaseUrl))
  transcoder = await startTranscoder(config, createLogger('test', 'silent'))
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

async function ready(path: string): Promise<VideoRow> {
  const { id } = await site.upload(path)
  return site.reaches(id, 'ready')
}

async function downloadOf(id: string): Promise<string> {
  const video = await until(
    () => site.row(id),
    (row) => row.download_of === row.published_prefix,
  )
  const made = shownDownload(video)
  expect(made?.key).toMatch(new RegExp(`^videos/${id}/extras/[a-z0-9-]+/video\\.mp4$`))
  const path = join(site.folder, 'storage', made!.key)
  expect((await stat(path)).size).toBe(made!.sizeBytes)
  return path
}

/** When a stream's first packet is shown, and its last one ends. */
async function spanOf(path: string, kind: 'v' | 'a'): Promise<[number, number]> {
  const { packets } = (await ffprobe(path, ['-select_streams', kind, '-show_packets'])) as unknown as {
    packets: { pts_time: string; duration_time: string }[]
  }
  const ends = packets.map((packet) => Number(packet.pts_time) + Number(packet.duration_time))
  return [Math.min(...packets.map((packet) => Number(packet.pts_time))), Math.max(...ends)]
}

test('a download has the sharpest pictures and the sound, plays from its beginning, and says nothing of where it was recorded', async () => {
  const place = [
    '-metadata',
    'location=+52.5200+013.4050/',
    '-metadata',
    'title=My home',
    '-movflags',
    'use_metadata_tags',
  ]
  const clip = await makeClip(join(site.folder, 'place.mp4'), { seconds: 5, width: 640, height: 480, more: place })
  expect(JSON.stringify((await ffprobe(clip)).format)).toContain('52.5200')
  const video = await ready(clip)
  expect(video.download_of).toBeNull()
  await setDownloads(site.catalog, video.id, 'everyone')
  const path = await downloadOf(video.id)
  const { streams, format } = await ffprobe(path)
  expect(streams.map(({ codec_name, height }) => [codec_name, height])).toEqual([
    ['h264', 480],
    ['aac', undefined],
  ])
  expect(Number(format.duration)).toBeCloseTo(5, 0)
  // Every picture of the ladder's is there and can be decoded; what a player needs to begin stands in front.
  await ffmpeg(['-xerror', '-i', path, '-f', 'null', '-'])
  const text = await site.read(shownDownload(await site.row(video.id))!.key)
  expect(text).not.toMatch(/52\.5200|My home/)
  expect(text.indexOf('moov')).toBeLessThan(text.indexOf('mdat'))
})

test('sound that begins late begins as late in the download', async () => {
  const early = await makeClip(join(site.folder, 'early.mp4'), { seconds: 3, width: 160, height: 120 })
  const late = join(site.folder, 'late.mp4')
  const inputs = ['-i', early, '-itsoffset', '1', '-i', early]
  await ffmpeg([...inputs, '-map', '0:v', '-map', '1:a', '-c', 'copy', late])
  const video = await ready(late)
  await setDownloads(site.catalog, video.id, 'everyone')
  const path = await downloadOf(video.id)
  const [picturesFrom] = await spanOf(path, 'v')
  const levels = await levelsOf(path)
  expect(picturesFrom).toBeCloseTo(0, 1)
  // Silence before, the tone after: whether the file says so by its times or by silent samples.
  expect(levels(0.1, 0.8)).toBeLessThan(-50)
  expect(levels(1.2, 1.9)).toBeGreaterThan(-40)
})

/** How loud a stretch is, in dB below full scale, as somebody who plays the file hears it. */
async function levelsOf(path: string): Promise<(fromS: number, toS: number) => number> {
  const wave = join(site.folder, 'heard.f32')
  await ffmpeg(['-i', path, '-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', '8000', '-f', 'f32le', wave])
  const bytes = await readFile(wave)
  return (fromS, toS) => {
    let peak = 0
    for (let at = Math.round(fromS * 8_000); at < toS * 8_000 && at * 4 + 4 <= bytes.length; at++)
      peak = Math.max(peak, Math.abs(bytes.readFloatLE(at * 4)))
    return 20 * Math.log10(peak || 1e-9)
  }
}

test('pictures without sound make a download too; it goes when nobody may have it, and is made anew for another file', async () => {
  const video = await ready(await makeClip(join(site.folder, 'mute.mp4'), { seconds: 1, audio: null }))
  await setDownloads(site.catalog, video.id, 'everyone')
  const path = await downloadOf(video.id)
  expect((await ffprobe(path)).streams.length).toBe(1)
  await setDownloads(site.catalog, video.id, 'nobody')
  expect(shownDownload(await site.row(video.id))).toBeNull()
  await until(
    () => stat(path).catch(() => null),
    (found) => found === null,
  )
  await setDownloads(site.catalog, video.id, 'everyone')
  await downloadOf(video.id)
  // As if it had been encoded anew: what there is, is of something else.
  await site.catalog.database
    .updateTable('video')
    .set({ download_of: 'videos/a/a1' })
    .where('id', '=', video.id)
    .execute()
  expect(shownDownload(await site.row(video.id))).toBeNull()
  // The job of the one before may still be about to end.
  await until(
    () => queueMissingDownloads(site.catalog),
    (ids) => ids.includes(video.id),
  )
  await downloadOf(video.id)
})

test('where no download can be made that is known, nobody tries again by himself, and the owner may', async () => {
  const video = await ready(await makeClip(join(site.folder, 'lost.mp4'), { seconds: 1, audio: null }))
  const masterKey = `${video.published_prefix}/master.m3u8`
  const master = await site.read(masterKey)
  await site.storage.put(masterKey, Buffer.from('#EXTM3U\n'))
  await setDownloads(site.catalog, video.id, 'everyone')
  const after = await until(() => site.row(video.id), isDownloadImpossible)
  expect(shownDownload(after)).toBeNull()
  expect(await queueMissingDownloads(site.catalog)).toEqual([])
  await setDownloads(site.catalog, video.id, 'nobody')
  expect(isDownloadImpossible(await site.row(video.id))).toBe(false)
  await site.storage.put(masterKey, Buffer.from(master))
  await setDownloads(site.catalog, video.id, 'everyone')
  await downloadOf(video.id)
})
