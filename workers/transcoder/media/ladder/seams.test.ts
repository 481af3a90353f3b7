import { execFile } from 'node:child_process'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '#support/media.ts'
import { testSource } from '#support/media-source.ts'
import { rarely } from '#support/rarely.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { runFfmpeg } from '../run/run-ffmpeg.ts'
import { checkSeeks } from '../source/check-seeks.ts'
import { judgeProbe } from '../source/judge-probe.ts'
import { probe } from '../source/probe.ts'
import type { Source } from '../source/source.ts'
import { chooseLadder } from './choose-ladder.ts'
import { chooseParts, type PicturePart, startOf, wholeInOne } from './choose-parts.ts'
import { picturesCommand } from './hls-arguments.ts'
import { joinParts, type MadePart } from './join-parts.ts'
import { measurePart } from './measure-part.ts'
import type { PartResult } from './part-result.ts'

const execute = promisify(execFile)
let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)
// Half pictures want heights of four.
const [width, height, bits] = [160, 96, 10]
const blockWidth = width / bits

/** Every picture shows its number in ten black or white blocks, so that what was encoded can be read again. */
function counter(rate: string, seconds: number): string {
  const light = `if(gt(mod(floor(N/pow(2,floor(X/${blockWidth}))),2),0),235,16)`
  return `color=black:size=${width}x${height}:rate=${rate}:duration=${seconds},geq=lum='${light}':cb=128:cr=128`
}

async function sourceOf(name: string): Promise<Source> {
  return judgeProbe(await probe(bench.toolbox, bench.run(name)))
}

/** Encodes these parts one by one, as workers do, and joins them. Resolves with the numbers of the pictures, in order. */
async function encode(name: string, source: Source, parts: PicturePart[]): Promise<number[]> {
  const ladder = chooseLadder(source)
  const root = `out-${name}-${parts.length}`
  const folder = ladder.renditions[0]!.name
  await mkdir(path(`${root}/${folder}`), { recursive: true })
  const made: MadePart[] = []
  for (const [part, stretch] of parts.entries()) {
    const prefix = `p${part}-t1-`
    const options = { threads: 2, canToneMap: false, maxDurationS: 60 }
    const command = picturesCommand(source, ladder, stretch, { root, prefix }, options)
    await runFfmpeg(bench.toolbox, bench.run(name), command)
    const measure = measurePart(path(root), prefix)
    for (let segment = 0; await exists(`${root}/${folder}/${prefix}${segment}.m4s`); segment++) {
      await measure.look(`${folder}/${prefix}${segment}.m4s`)
    }
    made.push({ part, ...stretch, result: measure.result() })
  }
  const { playlist } = joinParts(made, [folder], ladder.frameRate)[0]!
  await writeFile(path(`${root}.mp4`), '')
  for (const object of [playlist.initName!, ...playlist.segments.map((segment) => segment.name)]) {
    await appendFile(path(`${root}.mp4`), await readFile(path(`${root}/${folder}/${object}`)))
  }
  return numbersOf(`${root}.mp4`)
}

async function exists(name: string): Promise<boolean> {
  return readFile(path(name)).then(
    () => true,
    () => false,
  )
}

async function numbersOf(name: string): Promise<number[]> {
  const words = ['-v', 'error', '-i', path(name), '-vsync', 'passthrough', '-pix_fmt', 'gray', '-f', 'rawvideo', '-']
  const { stdout } = await execute('ffmpeg', words, { encoding: 'buffer', maxBuffer: 256 << 20 })
  const pictures = stdout.length / (width * height)
  return Array.from({ length: pictures }, (_, picture) => {
    const middle = picture * width * height + (height / 2) * width
    let number = 0
    for (let bit = 0; bit < bits; bit++) {
      if (stdout[middle + bit * blockWidth + blockWidth / 2]! > 125) number += 2 ** bit
    }
    return number
  })
}

/** What it is, its file, its rate, the words that filter it and those that encode it. */
type Recording = [string, string, string, string[], string[]]

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '80']

/** Sound that begins so many seconds earlier. */
const soundBefore = (seconds: number) => [
  '-itsoffset',
  `-${seconds}`,
  '-f',
  'lavfi',
  '-i',
  'sine=duration=21',
  '-c:a',
  'aac',
]

const mpeg2 = ['-c:v', 'mpeg2video', '-bf', '2', '-g', '15', '-q:v', '3']
const mpeg4 = ['-c:v', 'mpeg4', '-g', '250', '-q:v', '3']

test.each([
  ['30000/1001 in MP4', 'ntsc.mp4', '30000/1001', [], x264],
  [
    'pictures that come when they like',
    'vfr.mkv',
    '30',
    ['-vf', "setpts='PTS+(mod(N*7919,13)/13-0.5)*0.9/30/TB'", '-vsync', 'vfr'],
    x264,
  ],
  ['MPEG-4 with pictures between in AVI', 'asp.avi', '30000/1001', [], [...mpeg4, '-bf', '2', '-vtag', 'DIVX']],
  ['H.264 in a transport stream that begins with sound', 'camera.ts', '25', soundBefore(0.8), x264],
  ['H.264 in a transport stream', 'plain.ts', '25', soundBefore(0), x264],
  ...rarely([
    ['MPEG-2 in a transport stream', 'dvb.ts', '25', soundBefore(0.3), mpeg2],
    [
      'HEVC in a transport stream',
      'hevc.ts',
      '25',
      [],
      ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=70'],
    ],
    [
      'open groups of pictures in a transport stream',
      'open.ts',
      '30000/1001',
      [],
      [...x264, '-x264-params', 'open-gop=1'],
    ],
    [
      'half pictures of a camera',
      'avchd.ts',
      '25',
      ['-vf', 'setfield=tff'],
      ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '80', '-flags', '+ilme+ildct', '-x264-params', 'tff=1'],
    ],
    ['H.264 in AVI', 'avc.avi', '25', [], [...x264, '-bf', '0']],
    ['single pictures in AVI', 'mjpeg.avi', '30', [], ['-c:v', 'mjpeg', '-q:v', '3']],
    ['H.264 in FLV', 'avc.flv', '25', [], x264],
    ['Windows Media', 'asf.wmv', '25', [], ['-c:v', 'wmv2', '-g', '60', '-q:v', '3']],
    ['MPEG-2 in MXF', 'camera.mxf', '25', [], mpeg2],
    ['25 pictures per second in MP4', 'cfr.mp4', '25', [], x264],
    ['24000/1001 in Matroska, whose clock has milliseconds', 'film.mkv', '24000/1001', [], x264],
    ['open groups of pictures', 'open.mp4', '25', [], [...x264, '-x264-params', 'open-gop=1']],
    [
      'HEVC in Matroska',
      'hevc.mkv',
      '25',
      [],
      ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=70'],
    ],
    ['a clock that begins late', 'late.mp4', '25', ['-output_ts_offset', '3.3'], x264],
    [
      'pictures with long pauses between them',
      'gaps.mp4',
      '30',
      ['-vf', "select='lt(mod(n,97),31)'", '-vsync', 'vfr'],
      x264,
    ],
  ] satisfies Recording[]),
] satisfies Recording[])(
  '%s: parts show at every instant the picture that one pass shows',
  async (_, name, rate, filter, encoder) => {
    const words = ['-f', 'lavfi', '-i', counter(rate, 21), ...filter, '-pix_fmt', 'yuv420p', ...encoder]
    await ffmpeg([...words, '-loglevel', 'error', path(name)])
    const source = await sourceOf(name)
    const { parts, leadS } = await checkSeeks(bench.toolbox, bench.run(name), source, chooseParts(source, 21, 5))
    expect(parts.length).toBeGreaterThanOrEqual(3)
    const inOne = await encode(name, source, wholeInOne)
    const inParts = await encode(name, { ...source, leadS }, parts)
    expect(new Set(inOne).size).toBeGreaterThan(150)
    expect(inParts).toEqual(inOne)
  },
)

test('parts begin where both clocks have a tick, and are one where they rarely do', () => {
  const phone = testSource({
    frameRate: { numerator: 30_000, denominator: 1_001 },
    timeBase: { numerator: 1, denominator: 600 },
  })
  const parts = chooseParts(phone, 200)
  expect(parts.length).toBeGreaterThan(4)
  for (const part of parts) {
    const startS = startOf(part, phone.video.frameRate)
    expect(startS * 600).toBeCloseTo(Math.round(startS * 600), 6)
    expect(startS * 1e6).toBeCloseTo(Math.round(startS * 1e6), 3)
  }
  const odd = testSource({
    frameRate: { numerator: 29_989, denominator: 1_000 },
    timeBase: { numerator: 1, denominator: 90_000 },
  })
  expect(chooseParts(odd, 200)).toEqual(wholeInOne)
})

test('a film is cut into parts of half a minute, and towards its end into shorter ones of whole segments', () => {
  const lengths = (durationS: number) => chooseParts(testSource(), durationS).map(({ frames }) => frames && frames / 30)
  expect(lengths(130)).toEqual([32, 24, 20, 12, 12, 8, 4, 4, 4, 4, null])
  expect(lengths(52)).toEqual([12, 12, 8, 4, 4, 4, 4, null])
  expect(lengths(13)).toEqual([4, 4, null])
  const hours = lengths(3 * 3_600)
  expect(hours.length).toBe(345)
  expect(new Set(hours.slice(0, 330))).toEqual(new Set([32]))
})

test('very short videos, unknown lengths and files without an index stay in one part', () => {
  expect(chooseParts(testSource(), 6)).toEqual(wholeInOne)
  expect(chooseParts(testSource(), null)).toEqual(wholeInOne)
  expect(chooseParts(testSource({}, {}, { container: 'ogg' }), 4_000)).toEqual(wholeInOne)
})

test('a file with one keyframe is not cut, because every part would be decoded from the beginning', async () => {
  const words = ['-f', 'lavfi', '-i', counter('25', 70), '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '9999']
  await ffmpeg([...words, '-x264-params', 'scenecut=0', path('rare.mp4')])
  const source = await sourceOf('rare.mp4')
  const parts = chooseParts(source, 70)
  expect(parts.length).toBeGreaterThan(4)
  expect((await checkSeeks(bench.toolbox, bench.run('rare.mp4'), source, parts)).parts).toEqual(wholeInOne)
})

/** A part of 100 pictures that begins at picture `at`, as measured. */
function made(
  part: number,
  at: number,
  pictures: number,
  change: Partial<{ hash: string; start: number }> = {},
): MadePart {
  const segments = pictures > 0 ? [{ name: `p${part}-t1-0.m4s`, ticks: pictures * 512 }] : []
  const { hash = 'same', start = at * 512 } = change
  const rendition = { initName: 'init.mp4', initHash: hash, codec: 'avc1.64001f', timescale: 12_800, startTicks: start }
  const renditions: PartResult['renditions'] =
    pictures > 0 ? { '90p': { ...rendition, samples: pictures, segments } } : {}
  return { part, fromFrame: at, frames: 100, result: { renditions } }
}

const rate = { numerator: 25, denominator: 1 }

test('seams that are not exact are found before anybody sees them', () => {
  const join = (...parts: MadePart[]) => joinParts(parts, ['90p'], rate)
  expect(join(made(2, 100, 100), made(1, 0, 100))[0]!.durationS).toBe(8)
  expect(() => join(made(1, 0, 100), made(2, 100, 100, { start: 101 * 512 }))).toThrow('begins at')
  expect(() => join(made(1, 0, 100), made(2, 100, 100, { hash: 'other' }))).toThrow('init segment of its own')
  expect(() => join(made(1, 0, 101))).toThrow('too many pictures')
  expect(() => join(made(1, 0, 0))).toThrow('no pictures')
})

test('where a part is shorter than planned the source has ended, whatever later parts hold', () => {
  const joined = joinParts([made(1, 0, 100), made(2, 100, 60), made(3, 200, 0), made(4, 300, 20)], ['90p'], rate)
  expect(joined[0]!.playlist.segments.map(({ name }) => name)).toEqual(['p1-t1-0.m4s', 'p2-t1-0.m4s'])
  expect(joined[0]!.durationS).toBeCloseTo(6.4, 6)
})
