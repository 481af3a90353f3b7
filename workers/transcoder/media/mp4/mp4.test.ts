import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '#support/media.ts'
import { boxesOf } from './box.ts'
import { editShiftS } from './edit-shift.ts'
import type { InitSegment } from './init-segment.ts'
import { Mp4Error } from './mp4-error.ts'
import { readFragments } from './read-fragments.ts'
import { readInit } from './read-init.ts'
import { segmentTimes } from './segment-times.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-mp4-'))
  await makeHls('x264', ['-c:v', 'libx264', '-preset', 'veryfast', '-c:a', 'aac', '-ac', '2', '-ar', '44100'])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Five seconds of picture at 24 per second and of sound, cut every two seconds. */
async function makeHls(name: string, codecs: string[]): Promise<void> {
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=24:duration=5', '-f', 'lavfi', '-i', 'sine=duration=5'],
    ...[...codecs, '-force_key_frames', 'expr:gte(t,n_forced*2)', '-f', 'hls', '-hls_time', '2'],
    ...['-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', `${name}.mp4`],
    ...['-hls_segment_filename', join(folder, `${name}-%d.m4s`), join(folder, `${name}.m3u8`)],
  ])
}

const read = (name: string) => readFile(join(folder, name))
const initOf = async (name: string) => readInit(await read(`${name}.mp4`))

function track(init: InitSegment, kind: 'video' | 'audio') {
  return init.tracks.find((candidate) => candidate.kind === kind)!
}

test('an init segment tells codecs, sizes and rates as ffmpeg wrote them', async () => {
  const init = await initOf('x264')
  expect(track(init, 'video')).toMatchObject({
    codec: 'avc1.64000c',
    displayWidth: 320,
    displayHeight: 180,
    timescale: 12_288,
  })
  expect(track(init, 'audio')).toMatchObject({ codec: 'mp4a.40.2', timescale: 44_100 })
})

test('the edit list tells by how much each track is moved', async () => {
  const init = await initOf('x264')
  // Two pictures wait for later ones; ffmpeg pauses for as long, so that it comes to nothing.
  expect(track(init, 'video').edits).toEqual([
    { durationTicks: 83, mediaTimeTicks: null },
    { durationTicks: 0, mediaTimeTicks: 1_024 },
  ])
  expect(editShiftS(init, track(init, 'video'))).toBeCloseTo(0, 3)
  expect(editShiftS(init, { timescale: 12_288, edits: [{ durationTicks: 0, mediaTimeTicks: 1_024 }] })).toBe(-1 / 12)
})

test.each([
  ['HEVC', ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-tag:v', 'hvc1', '-an'], 'hvc1.1.6.L60.90'],
  ['AV1', ['-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime', '-an'], 'av01.0.00M.08'],
  ['High 10', ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-an'], 'avc1.6e000c'],
])('%s is named as playlists must name it', async (name, codecs, expected) => {
  const file = name.replace(' ', '').toLowerCase()
  await makeHls(file, codecs)
  expect((await initOf(file)).tracks.map(({ codec }) => codec)).toEqual([expected])
})

test('fragments tell every sample: when, how long, how large, and whether decoding can begin there', async () => {
  const init = await initOf('x264')
  const video = track(init, 'video')
  for (const [index, pictures] of [48, 48, 24].entries()) {
    const bytes = await read(`x264-${index}.m4s`)
    const fragments = readFragments(bytes, init)
    expect(segmentTimes(video, fragments)).toMatchObject({
      decodeStartS: index * 2,
      decodeEndS: index * 2 + pictures / 24,
      samples: pictures,
      startsWithSync: true,
      largestGapS: 0,
    })
    const own = fragments.find(({ trackId }) => trackId === video.id)!
    expect(own.samples.filter(({ isSync }) => isSync)).toHaveLength(1)
    const media = [...boxesOf(bytes)].filter(({ type }) => type === 'mdat')
    const sizes = fragments.flatMap(({ samples }) => samples.map(({ sizeBytes }) => sizeBytes))
    expect(sizes.reduce((sum, size) => sum + size)).toBe(media.reduce((sum, { body }) => sum + body.length, 0))
    expect(own.dataStart).toBe(bytes.length - media[0]!.body.length)
  }
})

test('what is cut off anywhere is an error of ours, or reads as what is left', async () => {
  const init = await initOf('x264')
  const [head, segment] = await Promise.all([read('x264.mp4'), read('x264-0.m4s')])
  for (let length = 0; length < head.length; length++) expectOwnError(() => readInit(head.subarray(0, length)))
  for (let length = 1; length < 1_100; length++) expectOwnError(() => readFragments(segment.subarray(0, length), init))
  expect(() => readInit(head.subarray(0, 200))).toThrow(Mp4Error)
})

test('garbage in the place of any byte never throws anything but an error of ours, and ends', async () => {
  const init = await initOf('x264')
  const [head, segment] = await Promise.all([read('x264.mp4'), read('x264-0.m4s')])
  const damage = fc.array(fc.tuple(fc.nat(1_100), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(damage, (hits) => {
      expectOwnError(() => readInit(damaged(head, hits)))
      expectOwnError(() => readFragments(damaged(segment, hits), init))
    }),
  )
})

test('a box that claims size 0 reaches to the end, one smaller than its header is refused', () => {
  const box = (size: number) => Buffer.from([0, 0, 0, size, ...Buffer.from('free'), 1, 2, 3])
  expect([...boxesOf(box(0))]).toMatchObject([{ type: 'free', body: Buffer.from([1, 2, 3]) }])
  for (const size of [2, 7, 12]) expect(() => [...boxesOf(box(size))]).toThrow(Mp4Error)
})

test('a run that claims more samples than it could hold is refused before any is read', async () => {
  const init = await initOf('x264')
  const segment = Buffer.from(await read('x264-0.m4s'))
  const run = segment.indexOf('trun')
  segment.writeUInt32BE(0, run + 4)
  segment.writeUInt32BE(0xffff_ffff, run + 8)
  expect(() => readFragments(segment, init)).toThrow(/claims 4294967295 samples/)
})

function damaged(bytes: Buffer, hits: [at: number, value: number][]): Buffer {
  const copy = Buffer.from(bytes)
  for (const [at, value] of hits) copy[at % copy.length] = value
  return copy
}

function expectOwnError(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(Mp4Error)
  }
}
