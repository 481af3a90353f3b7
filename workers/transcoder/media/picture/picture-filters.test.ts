import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { chooseLadder } from '../ladder/choose-ladder.ts'
import { filterGraph } from '../ladder/hls-arguments.ts'
import { runFfmpeg } from '../run/run-ffmpeg.ts'
import { judgeProbe } from '../source/judge-probe.ts'
import { probe } from '../source/probe.ts'
import { steadyInput } from './picture-filters.ts'

const execute = promisify(execFile)
let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)

/** The sharpest rendition of a file, as the ladder makes it, in one file. */
async function encode(name: string): Promise<string> {
  const source = judgeProbe(await probe(bench.toolbox, bench.run(name)))
  const ladder = { ...chooseLadder(source), renditions: chooseLadder(source).renditions.slice(0, 1) }
  const [top] = ladder.renditions
  const target = `out-${name}.mp4`
  const options = ['-map', `[${top!.name}]`, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '5']
  await runFfmpeg(bench.toolbox, bench.run(name), {
    input: steadyInput(source.video),
    filterGraph: filterGraph(source, ladder, bench.toolbox.canToneMap),
    outputs: [{ target, options }],
  })
  return target
}

/** A second of grey or coloured stripes, 40 pixels wide, from expressions of `geq`; `tags` say what the numbers mean. */
async function makeStripes(name: string, format: string, geq: string, tags: string, codec: string[]): Promise<void> {
  const filters = `format=${format},geq=${geq},setparams=${tags}`
  await ffmpeg([
    '-f',
    'lavfi',
    '-i',
    'color=black:size=320x240:rate=2:duration=1',
    '-vf',
    filters,
    ...codec,
    path(name),
  ])
}

/** What each stripe has become: luma and both chromas of 8 bits, from the middle of the picture. */
async function stripesOf(name: string, count: number): Promise<[y: number, u: number, v: number][]> {
  const words = ['-v', 'error', '-i', path(name), '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-']
  const { stdout } = await execute('ffmpeg', words, { encoding: 'buffer' })
  const [width, height] = [320, stdout.length / 480]
  return Array.from({ length: count }, (_, index) => {
    const x = index * 40 + 20
    const chroma = width * height + (width / 2) * (height / 4) + x / 2
    return [stdout[width * (height / 2) + x]!, stdout[chroma]!, stdout[chroma + (width * height) / 4]!]
  })
}

async function tagsOf(name: string) {
  const { streams } = await ffprobe(path(name))
  const { color_range, color_space, color_primaries, color_transfer, pix_fmt } = streams[0]!
  return [pix_fmt, color_range, color_space, color_primaries, color_transfer].join(' ')
}

const ofStripes = (values: number[]) =>
  values.reduceRight(
    (rest, value, index) => (rest === '' ? `${value}` : `if(lt(X,${(index + 1) * 40}),${value},${rest})`),
    '',
  )

const x264 = (...more: string[]) => ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '4', ...more]

/** Signals of black, the middle grey (26 cd/m²), white (203), and a light of 1,000 (BT.2408, tables 1 and 5). */
test.each([
  ['pq', 'smpte2084', [0, 0.375, 0.581, 0.752]],
  ['hlg', 'arib-std-b67', [0, 0.381, 0.75, 1]],
])(
  'the middle grey of HDR (%s) is the middle grey of ordinary screens, and white is white',
  async (name, transfer, signals) => {
    const luma = ofStripes(signals.map((signal) => Math.round(64 + 876 * signal)))
    const words = `range=limited:color_primaries=bt2020:color_trc=${transfer}:colorspace=bt2020nc`
    await makeStripes(`${name}.mp4`, 'yuv420p10le', `lum='${luma}':cb=512:cr=512`, words, x264())
    const target = await encode(`${name}.mp4`)
    const lumas = (await stripesOf(target, 4)).map(([y]) => Math.round(((y - 16) / 219) * 100))
    // BT.709 has the middle grey at 41 %; white leaves room for lights.
    expect(lumas[0]).toBeLessThanOrEqual(2)
    expect(Math.abs(lumas[1]! - 42)).toBeLessThanOrEqual(3)
    expect(Math.abs(lumas[2]! - 85)).toBeLessThanOrEqual(3)
    expect(Math.abs(lumas[3]! - 100)).toBeLessThanOrEqual(3)
    expect(await tagsOf(target)).toBe('yuv420p tv bt709 bt709 bt709')
  },
)

test('HDR that names its transfer only is mapped as well', async () => {
  const words = 'range=limited:color_primaries=unknown:color_trc=smpte2084:colorspace=unknown'
  await makeStripes('bare.mp4', 'yuv420p10le', 'lum=573:cb=512:cr=512', words, x264())
  expect((await stripesOf(await encode('bare.mp4'), 1))[0]![0]).toBeGreaterThan(190)
})

test('full range becomes limited: black stays black and white stays white', async () => {
  const geq = `lum='${ofStripes([0, 64, 128, 255])}':cb=128:cr=128`
  await makeStripes('full.mp4', 'yuvj420p', geq, 'range=full', x264('-pix_fmt', 'yuvj420p'))
  const target = await encode('full.mp4')
  const lumas = (await stripesOf(target, 4)).map(([y]) => y)
  for (const [index, expected] of [16, 71, 126, 235].entries())
    expect(Math.abs(lumas[index]! - expected)).toBeLessThanOrEqual(2)
  expect(await tagsOf(target)).toBe('yuv420p tv smpte170m smpte170m bt709')
})

test('ten bits become eight without a shift', async () => {
  const geq = `lum='${ofStripes([64, 256, 512, 940])}':cb=512:cr=512`
  await makeStripes('ten.mp4', 'yuv420p10le', geq, 'range=limited:colorspace=bt709', x264())
  const target = await encode('ten.mp4')
  const lumas = (await stripesOf(target, 4)).map(([y]) => y)
  for (const [index, expected] of [16, 64, 128, 235].entries())
    expect(Math.abs(lumas[index]! - expected)).toBeLessThanOrEqual(1)
})

test('a recording of a screen in RGB keeps its red, and says by which matrix', async () => {
  await makeStripes('screen.mkv', 'gbrp', 'r=255:g=0:b=0', 'range=full', ['-c:v', 'ffv1'])
  const target = await encode('screen.mkv')
  // 255, 0, 0 by BT.601.
  const [red] = await stripesOf(target, 1)
  for (const [index, expected] of [81, 90, 240].entries())
    expect(Math.abs(red![index]! - expected)).toBeLessThanOrEqual(2)
  expect(await tagsOf(target)).toBe('yuv420p tv smpte170m bt709 bt709')
})

test('colours are named as the source names them, and by its size where it says nothing', async () => {
  await makeStripes('pal.mp4', 'yuv420p', 'lum=100:cb=90:cr=200', 'colorspace=bt470bg:color_primaries=bt470bg', x264())
  expect(await tagsOf(await encode('pal.mp4'))).toBe('yuv420p tv bt470bg bt470bg bt709')
  await ffmpeg(['-f', 'lavfi', '-i', 'color=red:size=1280x720:rate=2:duration=1', ...x264(), path('hd.mp4')])
  expect(await tagsOf(await encode('hd.mp4'))).toBe('yuv420p tv bt709 bt709 bt709')
})

test('interlaced pictures come out whole', async () => {
  const graph = 'testsrc2=size=320x240:rate=50:duration=2,tinterlace=mode=interleave_top,setfield=tff'
  const codec = ['-c:v', 'mpeg2video', '-q:v', '2', '-flags', '+ilme+ildct', '-top', '1']
  await ffmpeg(['-f', 'lavfi', '-i', graph, ...codec, path('fields.mpg')])
  expect(await wovenPictures('fields.mpg')).toBeGreaterThan(30)
  const target = await encode('fields.mpg')
  expect(await wovenPictures(target)).toBeLessThanOrEqual(5)
  expect((await ffprobe(path(target))).streams[0]).toMatchObject({ r_frame_rate: '25/1' })
})

/** Of how many pictures ffmpeg's own detector says that they are woven of two. */
async function wovenPictures(name: string): Promise<number> {
  const { stderr } = await execute('ffmpeg', ['-hide_banner', '-i', path(name), '-vf', 'idet', '-f', 'null', '-'])
  const [, top, bottom] = /Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+)/.exec(stderr)!
  return Number(top) + Number(bottom)
}

test('a picture that changes its size midway goes on in the first one, at the right time', async () => {
  for (const [index, size] of ['320x240', '160x120', '320x240'].entries()) {
    const clip = [
      '-f',
      'lavfi',
      '-i',
      `testsrc2=size=${size}:rate=25:duration=2`,
      '-c:v',
      'libvpx',
      '-deadline',
      'realtime',
    ]
    await ffmpeg([...clip, path(`size${index}.webm`)])
  }
  const list = ['size0', 'size1', 'size2'].map((name) => `file ${name}.webm`).join('\n')
  await execute('sh', ['-c', `printf '${list}' > sizes.txt`], { cwd: bench.folder })
  await ffmpeg(['-f', 'concat', '-i', path('sizes.txt'), '-c', 'copy', path('sizes.webm')])
  const { streams } = await ffprobe(path(await encode('sizes.webm')), ['-count_frames', '-show_streams'])
  expect(streams[0]).toMatchObject({ width: 320, height: 240, nb_read_frames: '150', duration: '6.000000' })
})
