import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { corpusFolder, ffmpeg, makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { hidesBeginning } from './hides-beginning.ts'
import { judgeProbe } from './judge-probe.ts'
import { probe } from './probe.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
  await makeClip(path('whole.mp4'), { seconds: 6, keyframeSeconds: 3, more: ['-preset', 'veryfast', '-bf', '3'] })
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)

async function hides(name: string): Promise<boolean> {
  const source = judgeProbe(await probe(bench.toolbox, bench.run(name)))
  return hidesBeginning(bench.toolbox, bench.run(name), source)
}

/** As phones and lossless cutters do. */
async function cut(name: string, fromS: number, streams: string[] = ['-map', '0']): Promise<void> {
  await ffmpeg(['-ss', String(fromS), '-i', path('whole.mp4'), ...streams, '-c', 'copy', path(name)])
}

test('what was cut off between two keyframes is still in the file', async () => {
  await cut('cut.mp4', 2)
  await cut('cut.mov', 2)
  await cut('mute.mp4', 2, ['-map', '0:v'])
  expect(await hides('cut.mp4')).toBe(true)
  expect(await hides('cut.mov')).toBe(true)
  expect(await hides('mute.mp4')).toBe(true)
})

test('sound alone that was cut off is told too', async () => {
  const inputs = ['-i', path('whole.mp4'), '-ss', '1.5', '-i', path('whole.mp4')]
  await ffmpeg([...inputs, '-map', '0:v', '-map', '1:a', '-c', 'copy', path('sound.mp4')])
  expect(await hides('sound.mp4')).toBe(true)
})

test('an edit list that only evens out reordered pictures and the lead-in of sound hides nothing', async () => {
  await ffmpeg(['-i', path('whole.mp4'), '-c', 'copy', path('again.mov')])
  await ffmpeg(['-i', path('whole.mp4'), '-c', 'copy', path('again.mkv')])
  await ffmpeg(['-i', path('whole.mp4'), '-c:v', 'copy', '-c:a', 'aac', '-ar', '8000', path('speech.mp4')])
  for (const name of ['whole.mp4', 'again.mov', 'again.mkv', 'speech.mp4'])
    expect([name, await hides(name)]).toEqual([name, false])
})

const ordinary = [
  'baseline/torchcodec__nasa_13013.mp4',
  'editlist/mediabunny__edts.mp4',
  'editlist/androidx-media__mp4_edit_list_positive_shift.mp4',
  'phone/androidx-media__mp4_sample_android_slow_motion.mp4',
  'phone/streamio-ffmpeg__ios9.mov',
  'phone/streamio-ffmpeg__awesome_movie.mov',
]

if (!corpusFolder)
  console.warn('SKIPPED: the folder of real-world clips, ../shared/media, is not beside the repository')

test.skipIf(!corpusFolder).each(ordinary)('%s hides nothing', async (file) => {
  await copyFile(join(corpusFolder!, file), path('real'))
  expect(await hides('real')).toBe(false)
})
