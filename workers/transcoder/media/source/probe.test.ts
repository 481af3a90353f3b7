import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { measureDuration } from './duration.ts'
import { judgeProbe } from './judge-probe.ts'
import { probe } from './probe.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)
const judged = async (name: string) => judgeProbe(await probe(bench.toolbox, bench.run(name)))

test('text that is named .mp4 is not a video', async () => {
  await writeFile(path('text.mp4'), 'Dear diary, today I renamed this file.\n'.repeat(100))
  await expect(judged('text.mp4')).rejects.toMatchObject({ code: 'not_a_video' })
})

test('an empty file is not a video', async () => {
  await writeFile(path('empty.mp4'), '')
  await expect(judged('empty.mp4')).rejects.toMatchObject({ code: 'not_a_video' })
})

test('an MP4 whose end with the index is missing is incomplete', async () => {
  await makeClip(path('cut.mp4'))
  await truncate(path('cut.mp4'), 20_000)
  await expect(judged('cut.mp4')).rejects.toMatchObject({ code: 'truncated' })
})

test('an MP4 whose index is damaged is not told to be incomplete', async () => {
  await makeClip(path('whole.mp4'))
  const bytes = await readFile(path('whole.mp4'))
  const index = bytes.indexOf('moov')
  bytes.fill(0xff, index + 4, index + 400)
  await writeFile(path('damaged.mp4'), bytes)
  await expect(judged('damaged.mp4')).rejects.toMatchObject({ code: 'not_a_video' })
})

test('a file of hundreds of tracks is told what is wrong with it', async () => {
  await makeClip(path('one.mkv'), { seconds: 1 })
  const tracks = Array.from({ length: 300 }, () => ['-map', '0:a']).flat()
  await ffmpeg(['-i', path('one.mkv'), '-map', '0:v', ...tracks, '-c', 'copy', path('tracks.mkv')])
  await expect(judged('tracks.mkv')).rejects.toMatchObject({ code: 'too_many_tracks' })
})

test('sound without a picture is no video', async () => {
  await ffmpeg(['-f', 'lavfi', '-i', 'sine=duration=1', path('sound.mp4')])
  await expect(judged('sound.mp4')).rejects.toMatchObject({ code: 'no_video' })
})

test('a protected file is refused before it is opened', async () => {
  const key = '0123456789abcdef0123456789abcdef'
  const protection = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key]
  await makeClip(path('protected.mp4'), { more: protection })
  await expect(judged('protected.mp4')).rejects.toMatchObject({ code: 'encrypted' })
})

test('a clip turned by a phone is upright, one without sound has none', async () => {
  await makeClip(path('flat.mp4'), { audio: null })
  await ffmpeg(['-display_rotation', '90', '-i', path('flat.mp4'), '-c', 'copy', path('turned.mp4')]).catch(() =>
    // Before ffmpeg 6 the rotation was written as a tag.
    ffmpeg(['-i', path('flat.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', path('turned.mp4')]),
  )
  expect(await judged('turned.mp4')).toMatchObject({
    audio: null,
    video: { displayWidth: 180, displayHeight: 320, isTurned: true },
  })
})

test('a file that does not say how long it is gets measured by its packets', async () => {
  await makeClip(path('live.webm'), { codec: 'libvpx', audio: 'libvorbis', more: ['-live', '1'] })
  const source = await judged('live.webm')
  expect(source.claimedDurationS).toBeNull()
  expect(await measureDuration(bench.toolbox, bench.run('live.webm'), source, 60)).toBeCloseTo(2, 0)
})

test('a claim beyond what we accept is checked before it is believed', async () => {
  await makeClip(path('short.mp4'))
  const source = { ...(await judged('short.mp4')), claimedDurationS: 143_165 }
  expect(await measureDuration(bench.toolbox, bench.run('short.mp4'), source, 60)).toBeCloseTo(2, 0)
})
