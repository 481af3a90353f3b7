import { afterAll, beforeAll, test } from 'vitest'
import { beepingSound, flashingPicture, makeFlashes } from '#support/flashes.ts'
import { ffmpeg } from '#support/media.ts'
import { openSyncSite, type SyncSite } from '#support/sync-site.ts'

let site: SyncSite

beforeAll(async () => {
  site = await openSyncSite()
  await makeFlashes(site.path('plain.mp4'), [...x264, ...aac])
})
afterAll(() => site?.close())

const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-pix_fmt', 'yuv420p', '-g', '50']
const aac = ['-c:a', 'aac', '-ac', '2']

test('picture and sound stay together in a portrait that a phone turned', async () => {
  const { path } = site
  await ffmpeg(['-i', path('plain.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', path('turned.mp4')])
  await site.expectTogether('turned.mp4', 2)
})

test('where pictures come at no steady rate', async () => {
  const words = ['-vf', "select='mod(n,3)'", '-vsync', 'vfr', ...x264, ...aac]
  await makeFlashes(site.path('unsteady.mkv'), words, flashingPicture('60'))
  await site.expectTogether('unsteady.mkv', 2)
})

test('where an edit list cuts off the beginning', async () => {
  await ffmpeg(['-ss', '0.7', '-i', site.path('plain.mp4'), '-c', 'copy', site.path('cut.mp4')])
  await site.expectTogether('cut.mp4', 2)
})

test('where the picture begins after the sound', async () => {
  await makeFlashes(site.path('dark.mkv'), ['-vf', 'trim=start=1.6', '-vsync', 'vfr', ...x264, ...aac])
  await site.expectTogether('dark.mkv', 1)
})

test('where the clock of a broadcast begins at ten minutes', async () => {
  await makeFlashes(site.path('broadcast.ts'), ['-c:v', 'mpeg2video', '-c:a', 'mp2', '-output_ts_offset', '588'])
  await site.expectTogether('broadcast.ts', 2)
})

test('at rates of America and of records', async () => {
  const encoders = ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libvorbis']
  await makeFlashes(site.path('ntsc.webm'), encoders, flashingPicture('30000/1001'), beepingSound(44_100))
  await site.expectTogether('ntsc.webm', 2)
})

test('where the sound goes from surround to stereo midway', async () => {
  const { path } = site
  await makeFlashes(path('whole.mkv'), ['-c:v', 'mpeg2video', '-c:a', 'pcm_s16le'])
  const half = (from: string, channels: string, name: string) =>
    ffmpeg([
      '-i',
      path('whole.mkv'),
      '-af',
      `${from},asetpts=N/SR/TB`,
      '-vn',
      '-ac',
      channels,
      '-c:a',
      'ac3',
      path(name),
    ])
  await half('atrim=end_sample=144384', '6', 'a.ac3')
  await half('atrim=start_sample=144384', '2', 'b.ac3')
  const both = `concat:${path('a.ac3')}|${path('b.ac3')}`
  await ffmpeg([
    '-i',
    path('whole.mkv'),
    '-f',
    'ac3',
    '-i',
    both,
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-c',
    'copy',
    path('both.ts'),
  ])
  await site.expectTogether('both.ts', 2)
})
