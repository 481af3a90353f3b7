import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { openStorage } from '#storage/open-storage.ts'
import { startS3 } from '#support/s3.ts'
import { spoilS3 } from '#support/s3-faults.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import type { Context } from './context.ts'
import { deleteOwnTry } from './delete-own-try.ts'
import { findAway } from './find-away.ts'

let site: TestSite
let context: Context
beforeAll(async () => {
  site = await openTestSite()
  context = { catalog: site.catalog, storage: site.storage } as Context
})
afterAll(() => site?.close())

test('of parts that are joined, a late worker takes back what no playlist names and leaves what one does', async () => {
  const folder = 'videos/v1/a1/ladder/240p'
  for (const name of ['p1-t1-0.m4s', 'p1-t1-1.m4s', 'p1-t2-0.m4s', 'p11-t1-0.m4s'])
    await site.storage.put(`${folder}/${name}`, Buffer.from('x'))
  const beside = 'videos/v1/a1/ladder/240p-av1/p1-t1-9.m4s'
  await site.storage.put(beside, Buffer.from('x'))
  await site.storage.put(`${folder}/playlist.m3u8`, Buffer.from('#EXTM3U\n#EXTINF:4,\np1-t1-0.m4s\n'))
  await deleteOwnTry(context, { videoId: 'v1', attempt: 1, part: 1, try: 1 })
  const left = (await site.keys(folder)).map((key) => key.split('/').at(-1))
  expect(left).toEqual(['p1-t1-0.m4s', 'p1-t2-0.m4s', 'p11-t1-0.m4s', 'playlist.m3u8'])
  expect(await site.storage.head(beside)).not.toBeNull()
})

test('a bucket that refuses everything is away; one that refused a single thing, and any other failure, is not', async () => {
  const s3 = await startS3()
  const line = spoilS3(s3)
  const storage = await openStorage(s3.url)
  const inBucket = { ...context, storage }
  try {
    const refused = new AppError('unavailable')
    expect(await findAway(inBucket, refused)).toBe(null)
    line.fault = { how: '403' }
    expect(await findAway(inBucket, refused)).toBe('storage')
    expect(await findAway(inBucket, new Error('of another kind'))).toBe(null)
  } finally {
    await storage.close()
    await s3.stop()
  }
})
