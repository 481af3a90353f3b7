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

test('sound that begins after the picture stays with it', async () => {
  await makeFlashes(site.path('late.mkv'), ['-af', 'atrim=start=1.6', ...encoders])
  await site.expectTogether('late.mkv', 1)
})
