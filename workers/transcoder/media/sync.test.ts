import { afterAll, beforeAll, test } from 'vitest'
import { makeFlashes } from '#support/flashes.ts'
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
