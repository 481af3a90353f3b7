import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, makeClip } from '#support/media.ts'
import { testSource } from '#support/media-source.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { lengthLimit, measureDuration } from './duration.ts'
import { findEnd } from './find-end.ts'
import { judgeProbe } from './judge-probe.ts'
import { probe } from './probe.ts'
import type { Source } from './source.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)
const twelveHoursS = 43_200

/** Reads a file as a worker does, but for a claim of its header that the test makes. */
async function read(name: string, claim: Partial<Source> = {}): Promise<Source> {
  const source = { ...judgeProbe(await probe(bench.toolbox, bench.run(name))), ...claim }
  return { ...source, endS: await findEnd(bench.toolbox, bench.run(name), source) }
}

const lengthOf = (name: string, source: Source) => measureDuration(bench.toolbox, bench.run(name), source, twelveHoursS)

/** Five pictures, each so many seconds after the one before, of which the second is shown after the third. */
async function makeRare(name: string, everyS: number, more: string[] = []): Promise<void> {
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=30', '-vf', `settb=1/1000,setpts=N*${everyS * 1_000}`],
    ...['-vsync', 'passthrough', '-enc_time_base', '1/1000', '-frames:v', '5', '-c:v', 'libx264', '-bf', '2'],
    ...['-pix_fmt', 'yuv420p', ...more, path(name)],
  ])
}

test.each([
  ['with an index', []],
  ['without one', ['-live', '1']],
])('five pictures 40 days apart last 160 days, in a file %s', async (_, more) => {
  const name = `far${more.length}.mkv`
  await makeRare(name, 3_500_000, more)
  expect(await lengthOf(name, await read(name))).toBeCloseTo(14_000_000, 0)
})

test('packets that lie beyond what the header claims are believed, since encoding goes that far', async () => {
  await makeRare('lie.mkv', 3_500_000)
  expect(await lengthOf('lie.mkv', await read('lie.mkv', { claimedDurationS: 10 }))).toBeCloseTo(14_000_000, 0)
})

test('where the end was not looked for, all packets tell of more than is accepted', async () => {
  await makeRare('unread.mkv', 3_500_000)
  const source = { ...(await read('unread.mkv')), endS: null }
  expect(await lengthOf('unread.mkv', source)).toBeGreaterThan(twelveHoursS)
})

test('a hold of hours within the limit is as long as it is', async () => {
  await makeRare('hold.mkv', 9_900)
  expect(await lengthOf('hold.mkv', await read('hold.mkv'))).toBeCloseTo(39_600, 0)
})

test.each(['clip.mp4', 'clip.mkv', 'clip.mov', 'clip.avi', 'clip.flv'])(
  'the end of %s is where its last picture is, or not told',
  async (name) => {
    await makeClip(path(name), { seconds: 3 })
    const { endS } = await read(name)
    if (name !== 'clip.flv') expect(endS).not.toBeNull()
    if (endS !== null) expect(Math.abs(endS! - 3)).toBeLessThan(0.2)
  },
)

test('a clock that may jump is evened out by ffmpeg, and its end is not looked for', async () => {
  await makeClip(path('clip.ts'), { seconds: 3 })
  expect((await read('clip.ts')).endS).toBeNull()
})

test('no more is made of a file than it lasts and a little, nor than is allowed', () => {
  expect(lengthLimit(testSource({}, {}, { endS: 10, claimedDurationS: 10 }), twelveHoursS)).toBeLessThan(60)
  expect(lengthLimit(testSource({}, {}, { endS: 43_100, claimedDurationS: 43_100 }), twelveHoursS)).toBe(twelveHoursS)
  expect(lengthLimit(testSource({}, {}, { endS: null }), twelveHoursS)).toBe(twelveHoursS)
})
