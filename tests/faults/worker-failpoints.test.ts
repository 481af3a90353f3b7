import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { differencesAfterSweeps, faultsOf } from '#support/check-storage.ts'
import { makeClip } from '#support/media.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'
import { deleteVideo } from '../../services/api/videos/delete-video.ts'
import { failpoints } from '../../workers/transcoder/failpoint.ts'
import { seededRandom } from './random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 100_000)
const random = seededRandom(seed)
console.log(`failpoints of workers: SEED=${seed}`)

describe.each(['a folder', 'a bucket'])('over %s', (kind) => {
  let s3: TestS3 | undefined
  let site: TestSite
  let clip: string
  const workers: StartedProcess[] = []

  beforeAll(async () => {
    if (kind === 'a bucket') s3 = await startS3()
    site = await openTestSite(s3?.url)
    clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 6, width: 256, height: 144, codec: 'mpeg4' })
  })
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()))
  })
  afterAll(async () => {
    await site?.close()
    await s3?.stop()
  })

  async function start(name: string, settings: Record<string, string> = {}): Promise<StartedProcess> {
    const place: Record<string, string> = s3 ? { STORAGE_URL: s3.url } : {}
    const worker = await startWorker(site, name, { PART_SECONDS: '2', ...place, ...settings })
    workers.push(worker)
    return worker
  }

  async function nothingIsUnderWay(): Promise<void> {
    await until(
      async () =>
        (
          await site.catalog.pool.query(
            "SELECT 1 FROM pgboss.job WHERE name IN ('transcode', 'extra') AND state < 'completed'",
          )
        ).rows,
      (rows) => rows.length === 0,
      120_000,
    )
  }

  test.each(failpoints)('a worker that is killed at "%s" makes the video when it is started again', async (point) => {
    const { id } = await site.upload(clip)
    const killed = await start('one', { FAILPOINTS: `${point}:kill` })
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' })
    await start('one')
    const video = await until(
      () => site.row(id),
      ({ status, published_prefix }) =>
        status === 'failed' || (status === 'ready' && /\/ladder/.test(published_prefix!)),
      120_000,
    )
    expect(video).toMatchObject({ status: 'ready', flags: [] })
    expect(await faultsOf(site.storage, video.published_prefix!)).toEqual([])
    await nothingIsUnderWay()
    expect(await differencesAfterSweeps(site)).toEqual({ strays: [], missing: [] })
  })

  test('videos that are deleted while they are made leave nothing', async () => {
    await Promise.all([start('one'), start('other')])
    for (let round = 0; round < 6; round++) {
      const { id } = await site.upload(clip)
      const moment = random.whole(0, 2_500)
      await new Promise((resolve) => setTimeout(resolve, moment))
      await deleteVideo({ catalog: site.catalog } as never, { id })
    }
    await nothingIsUnderWay()
    expect(await differencesAfterSweeps(site)).toEqual({ strays: [], missing: [] })
  })
})
