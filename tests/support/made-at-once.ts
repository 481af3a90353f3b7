import { expect } from 'vitest'
import type { VideoRow } from '#catalog/schema.ts'
import type { Storage } from '#storage/storage.ts'
import { faultsOf } from './check-storage.ts'
import type { TestSite } from './transcoder-site.ts'
import { until } from './until.ts'

/** Waits for the ladder of a video, and for its first attempt to have been the only one, with nothing to complain of. */
export async function isMadeAtOnce(site: TestSite, storage: Storage, videoId: string): Promise<VideoRow> {
  const video = await until(
    () => site.row(videoId),
    ({ status }) => status === 'ready' || status === 'failed',
    180_000,
  )
  const published_prefix = `videos/${videoId}/a1/ladder`
  expect(video).toMatchObject({ status: 'ready', flags: [], failure_code: null, published_prefix })
  expect(await faultsOf(storage, published_prefix)).toEqual([])
  const outcomes = await until(
    () => outcomesOf(site, videoId),
    ([outcome]) => outcome === 'ready',
  )
  expect(outcomes).toEqual(['ready'])
  return video
}

/** Of its attempts, in their order; null of one that goes on. */
export async function outcomesOf({ catalog }: TestSite, videoId: string): Promise<(string | null)[]> {
  const query = catalog.database.selectFrom('transcode_attempt').select('outcome')
  return (await query.where('video_id', '=', videoId).orderBy('attempt').execute()).map(({ outcome }) => outcome)
}
