import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '#support/media.ts'
import { testSource } from '#support/media-source.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { runFfmpeg } from '../run/run-ffmpeg.ts'
import { firstPictureCommand, posterCommand, searchedPictureCommand } from './poster.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)

/** Colours one after another, a second each, every second a keyframe. */
async function makeColours(name: string, colours: string[], keyframeInterval = 24): Promise<void> {
  const inputs = colours.flatMap((colour) => ['-f', 'lavfi', '-i', `color=${colour}:size=320x180:rate=24:duration=1`])
  await ffmpeg([...inputs, '-filter_complex', `concat=n=${colours.length}`, '-g', `${keyframeInterval}`, path(name)])
}

/** Mean brightness of a picture, 0 to 255. */
async function brightnessOf(name: string): Promise<number> {
  await ffmpeg(['-i', path(name), '-vf', 'scale=1:1', '-pix_fmt', 'gray', '-f', 'rawvideo', path('pixel')])
  return (await readFile(path('pixel')))[0]!
}

test('a black beginning is not the poster', async () => {
  await makeColours('intro.mp4', ['black', 'black', 'black', 'gray', 'gray', 'gray'])
  const source = testSource({ displayWidth: 320, displayHeight: 180 }, null, { claimedDurationS: 6 })
  await runFfmpeg(bench.toolbox, bench.run('intro.mp4'), posterCommand(source, 'poster.jpg', false))
  expect(await brightnessOf('poster.jpg')).toBeGreaterThan(90)
})

test('a clip whose only keyframe is black gets one of its later pictures', async () => {
  await makeColours('fade.mp4', ['black', 'gray', 'gray'], 9_999)
  const source = testSource({ displayWidth: 320, displayHeight: 180 }, null, { claimedDurationS: 3 })
  await runFfmpeg(bench.toolbox, bench.run('fade.mp4'), searchedPictureCommand(source, 'fade.jpg', false))
  expect(await brightnessOf('fade.jpg')).toBeGreaterThan(90)
})

test('a video that is black throughout gets its first picture', async () => {
  await makeColours('night.mp4', ['black', 'black', 'black'])
  const source = testSource({ displayWidth: 320, displayHeight: 180 }, null, { claimedDurationS: 3 })
  await runFfmpeg(bench.toolbox, bench.run('night.mp4'), firstPictureCommand(source, 'night.jpg', false))
  expect(await brightnessOf('night.jpg')).toBeLessThan(30)
})

test('one keyframe at the very beginning is enough', async () => {
  await makeColours('short.mp4', ['gray'])
  const source = testSource({ displayWidth: 320, displayHeight: 180 }, null, { claimedDurationS: 20 })
  await runFfmpeg(bench.toolbox, bench.run('short.mp4'), posterCommand(source, 'short.jpg', false))
  expect(await brightnessOf('short.jpg')).toBeGreaterThan(90)
})
