import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { runFfmpeg } from '../run/run-ffmpeg.ts'
import { judgeProbe } from '../source/judge-probe.ts'
import { probe } from '../source/probe.ts'
import { audioArguments } from './audio-arguments.ts'
import { gainDb } from './loudness.ts'
import { measureLoudness } from './measure-loudness.ts'

const execute = promisify(execFile)
let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)
const limits = { maxDurationS: 60 }
const picture = ['-f', 'lavfi', '-i', 'color=size=64x64:rate=10:duration=6']

/** A file of six black seconds with this sound (a lavfi graph), named by us. */
async function makeSound(name: string, graph: string, encoder: string[]): Promise<void> {
  const sound = ['-f', 'lavfi', '-i', graph]
  await ffmpeg([...picture, ...sound, '-c:v', 'libx264', '-preset', 'ultrafast', ...encoder, '-t', '6', path(name)])
}

/** What viewers get of it: the same road as in the worker. Resolves with the name of the encoded sound. */
async function encode(name: string): Promise<string> {
  const source = judgeProbe(await probe(bench.toolbox, bench.run(name)))
  const loudness = await measureLoudness(bench.toolbox, bench.run(name), source, limits)
  const target = `out-${name}.m4a`
  await runFfmpeg(bench.toolbox, bench.run(name), { outputs: [{ target, options: audioArguments(source, loudness) }] })
  return target
}

/** Loudness in LUFS and true peak in dBTP, as a meter outside of our code has them. */
async function meter(name: string): Promise<{ lufs: number; peak: number }> {
  const words = ['-nostdin', '-hide_banner', '-i', path(name), '-af', 'ebur128=peak=true', '-f', 'null', '-']
  const { stderr } = await execute('ffmpeg', words, { maxBuffer: 16 << 20 })
  const summary = stderr.slice(stderr.lastIndexOf('Summary:'))
  return { lufs: Number(/I:\s+(-?[\d.]+|-inf)/.exec(summary)![1]), peak: Number(/Peak:\s+(\S+)/.exec(summary)![1]) }
}

const speech = (decibels: number) => `anoisesrc=color=pink:sample_rate=48000:duration=6:seed=1,volume=${decibels}dB`

test.each([
  ['music made loud', 'loud.mkv', speech(10), ['-c:a', 'flac', '-ac', '2']],
  ['a quiet voice', 'quiet.mkv', speech(-12), ['-c:a', 'flac', '-ac', '2']],
  [
    'mono of an old phone',
    'phone.mkv',
    `${speech(-6)},aresample=8000`,
    ['-c:a', 'pcm_s16le', '-ac', '1', '-ar', '8000'],
  ],
  ['a rate that nobody uses', 'odd.mkv', speech(0), ['-c:a', 'pcm_s16le', '-ar', '37800']],
  ['AC-3 in 5.1', 'ac3.mkv', speech(0), ['-c:a', 'ac3', '-ac', '6']],
  ['DTS in 5.1', 'dts.mkv', speech(0), ['-c:a', 'dca', '-strict', '-2', '-ac', '6']],
  ['TrueHD', 'truehd.mkv', speech(0), ['-c:a', 'truehd', '-strict', '-2', '-ac', '6']],
  ['7.1 in floats', 'wide.mkv', speech(0), ['-c:a', 'pcm_f32le', '-ac', '8']],
])('%s becomes stereo of -16 LUFS whose peaks stay below -1 dBTP', async (_, name, graph, encoder) => {
  await makeSound(name, graph, encoder)
  const target = await encode(name)
  const { lufs, peak } = await meter(target)
  expect(Math.abs(lufs + 16)).toBeLessThan(0.7)
  expect(peak).toBeLessThanOrEqual(-1)
  expect((await ffprobe(path(target))).streams[0]).toMatchObject({ channels: 2, sample_rate: '48000' })
})

test('peaks far above the rest are limited, not clipped, and cost little loudness', async () => {
  const clicks = `${speech(-14)},volume='if(lt(mod(t,1),0.01),6,1)':eval=frame`
  await makeSound('clicks.mkv', clicks, ['-c:a', 'pcm_f32le', '-ac', '2'])
  const { lufs, peak } = await meter(await encode('clicks.mkv'))
  expect(peak).toBeLessThanOrEqual(-1)
  expect(Math.abs(lufs + 16)).toBeLessThan(3)
})

test('silence stays silence', async () => {
  await makeSound('silence.mkv', 'anullsrc=sample_rate=48000', ['-c:a', 'flac', '-ac', '2'])
  expect((await meter(await encode('silence.mkv'))).lufs).toBeLessThanOrEqual(-69)
})

test('the noise of a room is not blown up to a voice', async () => {
  await makeSound('room.mkv', speech(-40), ['-c:a', 'flac', '-ac', '2'])
  const before = await meter('room.mkv')
  const after = await meter(await encode('room.mkv'))
  expect(after.lufs - before.lufs).toBeGreaterThan(6)
  expect(after.lufs - before.lufs).toBeLessThan(12.5)
  expect(gainDb({ integratedLufs: -61, changesFormat: false })).toBe(0)
})

test('a voice in the centre of 5.1 is heard on both sides', async () => {
  const centre = `sine=frequency=500:sample_rate=48000:duration=6,pan=5.1|FC=c0`
  await makeSound('centre.mkv', centre, ['-c:a', 'ac3'])
  const target = await encode('centre.mkv')
  await ffmpeg(['-i', path(target), '-af', 'pan=mono|c0=c0', path('left.wav')])
  await ffmpeg(['-i', path(target), '-af', 'pan=mono|c0=c1', path('right.wav')])
  const [left, right] = [await meter('left.wav'), await meter('right.wav')]
  expect(left.lufs).toBeGreaterThan(-21)
  expect(Math.abs(left.lufs - right.lufs)).toBeLessThan(0.2)
})

test('a broadcast that goes from 5.1 to stereo midway keeps its time', async () => {
  await ffmpeg(['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=3', '-ac', '6', '-c:a', 'ac3', path('a.ac3')])
  await ffmpeg(['-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=3', '-ac', '2', '-c:a', 'ac3', path('b.ac3')])
  await execute('sh', ['-c', 'cat a.ac3 b.ac3 > both.ac3'], { cwd: bench.folder })
  const codecs = ['-c:v', 'mpeg2video', '-c:a', 'copy']
  await ffmpeg([...picture, '-i', path('both.ac3'), '-r', '25', ...codecs, path('change.ts')])
  const { streams } = await ffprobe(path(await encode('change.ts')))
  expect(Math.abs(Number(streams[0]!.duration) - 6)).toBeLessThan(0.1)
})

test('sound that begins late is preceded by silence of the same length', async () => {
  const late = ['-itsoffset', '2', '-f', 'lavfi', '-i', 'sine=sample_rate=48000:duration=3']
  await ffmpeg([...picture, ...late, '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', path('late.mkv')])
  const target = path(await encode('late.mkv'))
  const words = ['-hide_banner', '-i', target, '-af', 'silencedetect=noise=-60dB:duration=0.5', '-f', 'null', '-']
  const { stderr } = await execute('ffmpeg', words)
  expect(Number(/silence_end: ([\d.]+)/.exec(stderr)![1])).toBeCloseTo(2, 1)
  expect(Number((await ffprobe(target)).streams[0]!.duration)).toBeCloseTo(5, 1)
})
