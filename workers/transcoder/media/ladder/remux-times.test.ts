import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffprobe, makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { runFfmpeg } from '../run/run-ffmpeg.ts'
import { judgeProbe } from '../source/judge-probe.ts'
import { probe } from '../source/probe.ts'
import { playlistName } from './hls-arguments.ts'
import { remuxCommand } from './remux.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)

/** When each picture is shown, in seconds after the first. */
async function shownTimes(file: string): Promise<number[]> {
  const { packets } = (await ffprobe(file, [
    ...['-select_streams', 'v', '-show_entries', 'packet=pts_time'],
  ])) as unknown as { packets: { pts_time: string }[] }
  const times = packets.map(({ pts_time }) => Number(pts_time)).sort((one, other) => one - other)
  return times.map((time) => time - times[0]!)
}

async function copy(name: string): Promise<string> {
  const source = judgeProbe(await probe(bench.toolbox, bench.run(name)))
  const root = `copy-${name}`
  await mkdir(path(`${root}/all`), { recursive: true })
  await runFfmpeg(bench.toolbox, bench.run(name), remuxCommand(source, root, { maxDurationS: 60 }))
  return path(`${root}/all/${playlistName}`)
}

/** Two seconds, a picture that is held for six, and more; the keyframe comes with the picture after. */
const withHold = ['-vf', "select='not(between(t,1.99,7.99))'", '-fps_mode', 'vfr']

test.each([
  ['held pictures, in order', 'hold.mkv', [...withHold, '-bf', '0']],
  ['held pictures in MP4', 'hold.mp4', [...withHold, '-bf', '0']],
  ['reordered pictures', 'ordinary.mkv', ['-bf', '3', '-preset', 'veryfast']],
  ['a rate that wavers, as of phones', 'wavers.mp4', ['-vf', "select='mod(n+floor(n/7),3)'", '-fps_mode', 'vfr']],
])('a copy shows every picture when its source does: %s', async (_what, name, more) => {
  await makeClip(path(name), { seconds: 12, framesPerSecond: 25, more })
  const [before, after] = [await shownTimes(path(name)), await shownTimes(await copy(name))]
  expect(after).toHaveLength(before.length)
  const worstS = Math.max(...after.map((time, index) => Math.abs(time - before[index]!)))
  expect(worstS).toBeLessThan(0.01)
})
