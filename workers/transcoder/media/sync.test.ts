import { afterAll, beforeAll, test } from 'vitest'
import { flashingPicture, makeFlashes } from '#support/flashes.ts'
import { openSyncSite, type SyncSite } from '#support/sync-site.ts'

let site: SyncSite

beforeAll(async () => {
  site = await openSyncSite()
})
afterAll(() => site?.close())

// More roads, and how they are made, in tests/corpus/sync.test.ts.
const encoders = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-bf',
  '2',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '50',
  '-c:a',
  'aac',
]

test('what is seen and heard at once stays together, in the copy and in the ladder', async () => {
  await makeFlashes(site.path('plain.mp4'), encoders)
  await site.expectTogether('plain.mp4', 2)
})

test.each([
  ['sound that begins after the picture', 'late.mkv', ['-af', 'atrim=start=1.6']],
  ['sound that begins after the picture in a transport stream', 'sound.ts', ['-af', 'atrim=start=1.6']],
  ['a picture that begins after the sound in a transport stream', 'picture.ts', ['-vf', 'trim=start=0.8']],
])('%s stays with it', async (_, name, filter) => {
  await makeFlashes(site.path(name), [...filter, ...encoders])
  await site.expectTogether(name, 1)
})

test('four pictures a second that begin after the sound come at their time', async () => {
  const picture = ['-vf', "settb=1/1000,setpts='PTS+131'", '-vsync', 'passthrough', '-enc_time_base', '1/1000']
  const filters = [...picture, '-af', 'adelay=131:all=1']
  await makeFlashes(site.path('slow.mkv'), [...filters, ...encoders, '-bf', '0'], flashingPicture('4'))
  await site.expectTogether('slow.mkv', 2)
})
