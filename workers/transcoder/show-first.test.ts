import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe, makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workNext } from '#support/work-whole.ts'
import type { Context } from './context.ts'

let site: TestSite
let context: Context

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
})
afterAll(() => site?.close())

test('a copy holds nothing that a camera or an encoder wrote between the pictures', async () => {
  const place = 'taken at 47.3769 N'
  const more = ['-bsf:v', `h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+${place}`]
  const clip = await makeClip(join(site.folder, 'camera.mp4'), { seconds: 3, keyframeSeconds: 1, more })
  expect((await readFile(clip)).includes(place)).toBe(true)
  const { id } = await site.upload(clip)
  await workNext(context, id)
  const prefix = `videos/${id}/a1/remux/all`
  const segments = (await site.keys(prefix)).filter((key) => key.endsWith('.m4s') || key.endsWith('.mp4'))
  expect(segments.length).toBeGreaterThan(1)
  for (const key of segments) {
    const bytes = await readFile(join(site.folder, 'storage', key))
    expect([key, bytes.includes(place), bytes.includes('x264')]).toEqual([key, false, false])
  }
  const { streams } = await ffprobe(join(site.folder, 'storage', prefix, 'playlist.m3u8'), [
    ...['-select_streams', 'v', '-count_frames', '-show_entries', 'stream=nb_read_frames'],
  ])
  expect(Number(streams[0]!.nb_read_frames)).toBe(72)
})

test('a copy tells its pictures per second by the pictures that it has, not by what its header lets one guess', async () => {
  const clip = await makeClip(join(site.folder, 'uneven.mp4'), {
    ...{ seconds: 6, framesPerSecond: 30, audio: null },
    more: ['-vf', "select='mod(n,3)'", '-fps_mode', 'vfr'],
  })
  const { id } = await site.upload(clip)
  await workNext(context, id)
  const master = await site.read(`videos/${id}/a1/remux/master.m3u8`)
  expect(Number(/FRAME-RATE=([\d.]+)/.exec(master)![1])).toBeCloseTo(20, 0)
})

test('what was cut off the beginning and is still in the file is sent to nobody', async () => {
  const whole = await makeClip(join(site.folder, 'whole.mp4'), { seconds: 6, keyframeSeconds: 3 })
  const clip = join(site.folder, 'cut.mp4')
  await ffmpeg(['-ss', '2', '-i', whole, '-c', 'copy', clip])
  const { id } = await site.upload(clip)
  await workNext(context, id)
  expect(await site.row(id)).toMatchObject({ published_prefix: `videos/${id}/a1/first` })
  expect(await site.keys(`videos/${id}/a1/remux`)).toEqual([])
  const playlist = join(site.folder, 'storage', `videos/${id}/a1/first/all/playlist.m3u8`)
  const { format } = await ffprobe(playlist, ['-ignore_editlist', '1', '-show_format'])
  expect(Number(format.duration)).toBeCloseTo(4, 0)
})
