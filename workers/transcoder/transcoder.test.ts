import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errors } from '#contract/errors.ts'
import { ffmpeg, ffprobe, makeClip } from '#support/media.ts'
import { testConfig } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { createLogger } from '../../services/program/logger.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import { durationOf, parseMediaPlaylist } from './media/hls/media-playlist.ts'
import { startTranscoder } from './start-transcoder.ts'

let site: TestSite
let transcoder: RunningProgram

beforeAll(async () => {
  site = await openTestSite()
  transcoder = await startTranscoder(testConfig(site.folder, site.databaseUrl), createLogger('test', 'silent'))
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

const path = (name: string) => join(site.folder, name)

/** The media playlists that a master names, by the folder they are in. */
async function playlistsOf(prefix: string) {
  const master = await site.read(`${prefix}/master.m3u8`)
  const names = [...master.matchAll(/([a-z0-9]+)\/playlist\.m3u8/g)].map((match) => match[1]!)
  const playlists = await Promise.all(
    names.map(async (name) => [name, parseMediaPlaylist(await site.read(`${prefix}/${name}/playlist.m3u8`))] as const),
  )
  return { master, playlists: new Map(playlists) }
}

/** The whole video as a player would decode it, in one file. */
async function decoded(prefix: string, name: string) {
  return ffprobe(path(`storage/${prefix}/${name}/playlist.m3u8`), [
    '-count_frames',
    '-show_entries',
    'stream=codec_type,width,height,start_time,nb_read_frames,sample_aspect_ratio',
  ])
}

async function sweeps(): Promise<string[]> {
  const { rows } = await site.catalog.pool.query(
    "SELECT data->>'prefix' AS prefix FROM pgboss.job WHERE name = 'sweep'",
  )
  return rows.map((row) => row.prefix)
}

test('H.264 is copied and watchable first, then the ladder takes its place and the copy is swept later', async () => {
  const secret = ['-metadata', 'location=+47.3769+008.5417/', '-metadata', 'comment=taken at home']
  await makeClip(path('clip.mp4'), { seconds: 9, width: 1280, height: 720, more: secret })
  const { id } = await site.upload(path('clip.mp4'))
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({
    status: 'ready',
    published_prefix: `videos/${id}/a1/ladder`,
    poster_key: `videos/${id}/a1/poster/poster.jpg`,
    width: 1280,
    height: 720,
    flags: [],
  })
  expect(Math.abs(video.duration_ms - 9_000)).toBeLessThan(100)
  expect(await sweeps()).toContain(`videos/${id}/a1/remux`)

  for (const part of ['remux', 'ladder']) {
    const { playlists } = await playlistsOf(`videos/${id}/a1/${part}`)
    const keys = new Set(await site.keys(`videos/${id}/a1/${part}`))
    for (const [name, playlist] of playlists) {
      const objects = [playlist.initName, ...playlist.segments.map((segment) => segment.name)]
      for (const object of objects) {
        const key = `videos/${id}/a1/${part}/${name}/${object}`
        expect(keys).toContain(key)
        const bytes = await site.read(key)
        expect(bytes.length).toBeGreaterThan(0)
        expect(bytes).not.toMatch(/47\.3769|taken at home/)
      }
      expect(Math.abs(durationOf(playlist) - 9)).toBeLessThan(0.1)
    }
  }
})

test('of sizes that are not worth offering nothing stays', async () => {
  const still = ['-f', 'lavfi', '-i', 'color=size=854x480:rate=24:duration=1']
  await ffmpeg([...still, '-c:v', 'libx264', '-preset', 'ultrafast', path('still.mp4')])
  const { id } = await site.upload(path('still.mp4'))
  await site.reaches(id, 'ready')
  const folders = async () => new Set((await site.keys(`videos/${id}/a1/ladder`)).map((key) => key.split('/')[4]))
  await until(folders, (names) => names.size === 2)
  expect(await folders()).toEqual(new Set(['480p', 'master.m3u8']))
})

test('segments begin at the same instants in every rendition, the first two short', async () => {
  await makeClip(path('aligned.mp4'), { seconds: 9, framesPerSecond: 30, width: 854, height: 480 })
  const { id } = await site.upload(path('aligned.mp4'))
  const { published_prefix: prefix } = await site.reaches(id, 'ready', 'failed')
  const { playlists } = await playlistsOf(prefix!)
  const lengths = ['480p', '360p', '240p'].map((name) => playlists.get(name)!.segments.map((s) => s.durationS))
  expect(lengths).toEqual([
    [2, 2, 4, 1],
    [2, 2, 4, 1],
    [2, 2, 4, 1],
  ])
  const [picture, sound] = await Promise.all([decoded(prefix!, '240p'), decoded(prefix!, 'audio')])
  expect(picture.streams[0]).toMatchObject({ width: 428, height: 240, nb_read_frames: '270', start_time: '0.000000' })
  expect(Math.abs(Number(sound.streams[0]!.start_time))).toBeLessThan(0.03)
})

test('odd sizes become even, and a video without sound has no audio group', async () => {
  await makeClip(path('odd.webm'), { seconds: 1, width: 333, height: 251, codec: 'libvpx', audio: null })
  const { id } = await site.upload(path('odd.webm'))
  const video = await site.reaches(id, 'ready', 'failed')
  const { master, playlists } = await playlistsOf(video.published_prefix!)
  expect(master).not.toContain('AUDIO')
  expect([...playlists.keys()]).toEqual(['240p'])
  expect((await decoded(video.published_prefix!, '240p')).streams[0]).toMatchObject({ width: 318, height: 240 })
})

test('a portrait from a phone stands upright in picture and poster', async () => {
  await makeClip(path('flat.mp4'), { seconds: 1, width: 640, height: 360 })
  await ffmpeg(['-i', path('flat.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', path('turned.mp4')])
  const { id } = await site.upload(path('turned.mp4'))
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({ width: 360, height: 640 })
  const { master } = await playlistsOf(video.published_prefix!)
  expect(master).toContain('RESOLUTION=360x640')
  expect((await decoded(video.published_prefix!, '360p')).streams[0]).toMatchObject({ width: 360, height: 640 })
  expect((await ffprobe(path(`storage/${video.poster_key}`))).streams[0]).toMatchObject({ width: 360, height: 640 })
})

test('sound that begins late stays with its picture', async () => {
  await makeClip(path('early.mp4'), { seconds: 3, audio: null })
  await ffmpeg([
    ...['-i', path('early.mp4'), '-itsoffset', '1', '-f', 'lavfi', '-i', 'sine=duration=2'],
    ...['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', path('late.mkv')],
  ])
  const { id } = await site.upload(path('late.mkv'))
  const { published_prefix: prefix } = await site.reaches(id, 'ready', 'failed')
  const { playlists } = await playlistsOf(prefix!)
  expect(Math.abs(durationOf(playlists.get('audio')!) - 3)).toBeLessThan(0.1)
})

test('a file that was cut short becomes what is left of it and says so', async () => {
  await makeClip(path('whole.mkv'), { seconds: 8, width: 320, height: 240 })
  const bytes = await readFile(path('whole.mkv'))
  await writeFile(path('half.mkv'), bytes.subarray(0, bytes.length / 2))
  const { id } = await site.upload(path('half.mkv'))
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({ status: 'ready', flags: ['source_truncated'] })
  expect(video.duration_ms).toBeLessThan(7_000)
})

test('a file with holes in the middle becomes as long a video and says that it is damaged', async () => {
  await makeClip(path('sound.mp4'), { seconds: 4 })
  const bytes = await readFile(path('sound.mp4'))
  bytes.fill(0, Math.round(bytes.length * 0.4), Math.round(bytes.length * 0.6))
  await writeFile(path('holed.mp4'), bytes)
  const { id } = await site.upload(path('holed.mp4'))
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({ status: 'ready', flags: ['source_damaged'] })
  expect(video.duration_ms).toBeGreaterThan(3_900)
})

test('pictures that can not be decoded from the middle on are told, though the sound is whole', async () => {
  await makeClip(path('whole.mp4'), { seconds: 6, keyframeSeconds: 1 })
  const { packets } = (await ffprobe(path('whole.mp4'), [
    ...['-select_streams', 'v', '-show_entries', 'packet=pts_time,pos,size'],
  ])) as unknown as { packets: { pts_time: string; pos: string; size: string }[] }
  const bytes = await readFile(path('whole.mp4'))
  for (const { pts_time, pos, size } of packets)
    if (Number(pts_time) >= 3) bytes.fill(0, Number(pos), Number(pos) + Number(size))
  await writeFile(path('half.mp4'), bytes)
  const { id } = await site.upload(path('half.mp4'))
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video.status).toBe('ready')
  expect(video.flags).toContain('source_truncated')
  expect(video.duration_ms).toBeGreaterThan(5_900)
})

test('what is not a video fails by name and leaves nothing behind', async () => {
  await writeFile(path('diary.mp4'), 'Dear diary, '.repeat(500))
  const { id } = await site.upload(path('diary.mp4'))
  expect(await site.reaches(id, 'ready', 'failed')).toMatchObject({
    status: 'failed',
    failure_code: 'not_a_video',
    failure_message: errors.not_a_video.message,
    progress: null,
  })
  await until(
    () => site.keys(`videos/${id}`),
    (keys) => keys.length === 0,
  )
})

/** Something that keeps an encoder busy for a while and can't be copied. */
function longClip(name: string): Promise<string> {
  return makeClip(path(name), { seconds: 30, width: 1280, height: 720, codec: 'mpeg4', audio: null })
}

test('a worker whose attempt is no longer the current one stops, publishes nothing more and cleans up', async () => {
  const { id } = await site.upload(await longClip('stale.mp4'))
  await until(
    () => site.keys(`videos/${id}/a1/ladder`),
    (keys) => keys.length > 0,
  )
  // As a later attempt leaves the row.
  await site.catalog.database.updateTable('video').set({ current_attempt: 2 }).where('id', '=', id).execute()
  await until(
    () => site.keys(`videos/${id}/a1/ladder`),
    (keys) => keys.length === 0,
  )
  expect((await site.row(id)).published_prefix).not.toContain('ladder')
})

test('a video that is deleted while it is made stays deleted', async () => {
  const { id } = await site.upload(await longClip('deleted.mp4'))
  await until(
    () => site.keys(`videos/${id}/a1/ladder`),
    (keys) => keys.length > 0,
  )
  await site.catalog.database.deleteFrom('video').where('id', '=', id).execute()
  await until(
    () => site.keys(`videos/${id}/a1`),
    (keys) => keys.length === 0,
  )
  // The next job is taken only when this one has ended.
  await writeFile(path('next.mp4'), 'not a video')
  const next = await site.upload(path('next.mp4'))
  await site.reaches(next.id, 'failed')
  expect(await site.keys(`videos/${id}/a1`)).toEqual([])
})
