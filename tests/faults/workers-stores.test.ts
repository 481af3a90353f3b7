import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { VideoRow } from '#catalog/schema.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { isMadeAtOnce, outcomesOf } from '#support/made-at-once.ts'
import { makeClip } from '#support/media.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { type S3FaultLine, spoilS3 } from '#support/s3-faults.ts'
import { storageWith } from '#support/storage-with.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { uploadFile } from '#support/upload-file.ts'
import { workWhole } from '#support/work-whole.ts'
import { startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'

let site: TestSite
let clip: string
beforeAll(async () => {
  site = await openTestSite()
  clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 4, width: 256, height: 144, codec: 'mpeg4' })
})
afterAll(() => site?.close())

describe('a bucket that goes wrong', () => {
  let s3: TestS3
  let line: S3FaultLine
  let storage: Storage
  let worker: StartedProcess | undefined

  beforeEach(async () => {
    s3 = await startS3()
    storage = await openStorage(s3.url)
    line = spoilS3(s3)
  })
  afterEach(async () => {
    line.fault = null
    await worker?.stop()
    worker = undefined
    await storage.close()
    await s3.stop()
  })

  function upload(): Promise<VideoRow> {
    return uploadFile({ catalog: site.catalog, storage }, clip)
  }

  async function start(): Promise<void> {
    worker = await startWorker(site, 'in-a-bucket', { STORAGE_URL: s3.url, PART_SECONDS: '2' })
  }

  const isPut = ({ method, url = '' }: { method?: string; url?: string }) =>
    method === 'PUT' && url.includes('/videos/')

  test.each([
    ['is busy', '503', 3, 4],
    ['breaks the line', 'reset', 5, 2],
    ['is slow', 'slow', 2, 3],
  ] as const)('and %s from some put on costs time and no try', async (_what, how, from, times) => {
    line.fault = { how, from, times, when: isPut }
    const { id } = await upload()
    await start()
    await isMadeAtOnce(site, storage, id)
    expect(line.spoilt).toBe(times)
  })

  test('and sends a source cut short is asked again, and no short file is ever taken for a short video', async () => {
    const { id, source_key } = await upload()
    line.fault = {
      how: 'truncate',
      times: 2,
      when: ({ method, url = '' }) => method === 'GET' && url.includes(source_key!),
    }
    await start()
    await isMadeAtOnce(site, storage, id)
    expect(line.spoilt).toBe(2)
    expect((await site.row(id)).duration_ms).toBeGreaterThan(3_900)
  })

  test('and is away, or refuses our credentials, for a while is waited for: no try is spent, nothing is published meanwhile', async () => {
    await start()
    for (const how of ['reset', '403'] as const) {
      const { id } = await upload()
      line.fault = { how }
      const before = line.spoilt
      await until(
        async () => line.spoilt - before,
        // The client asks five times by itself; then the worker has asked again.
        (count) => count >= 8,
      )
      expect((await site.row(id)).published_prefix ?? '').not.toMatch(/ladder/)
      line.fault = null
      await isMadeAtOnce(site, storage, id)
    }
  })
})

describe('what a file can do to a worker', () => {
  test('one that needs more memory than there is fails as resource_limit, at once or after three tries, and for good', async () => {
    const { id } = await site.upload(
      await makeClip(join(site.folder, 'large.mkv'), { seconds: 1, width: 3_840, height: 2_160, codec: 'mpeg4' }),
    )
    // Enough to read it, too little to encode it.
    const found = await openTestContext(site)
    const context = { ...found, toolbox: { ...found.toolbox, maxMemoryMb: 400 } }
    let failures = 0
    const isOver = () =>
      workWhole(context, id).then(
        () => true,
        () => ++failures > 3,
      )
    await until(isOver, (over) => over, 120_000)
    expect(failures).toBeLessThan(3)
    expect(await site.row(id)).toMatchObject({ status: 'failed', failure_code: 'resource_limit' })
    expect(await outcomesOf(site, id)).toEqual(['resource_limit'])
    expect(await site.keys(`videos/${id}`)).toEqual([])
  })

  test('a store that never takes one certain object spends the tries, and nothing is published', async () => {
    const stubborn = storageWith(site.storage, {
      async adoptFile(key, path) {
        if (key.includes('/ladder/')) throw new Error('this object is never stored')
        return site.storage.adoptFile(key, path)
      },
    })
    const { id } = await site.upload(clip)
    const context = { ...(await openTestContext(site)), storage: stubborn }
    let failures = 0
    await until(
      () =>
        workWhole(context, id).then(
          () => true,
          () => ++failures > 20,
        ),
      (isOver) => isOver,
    )
    const video = await site.row(id)
    expect(video).toMatchObject({ failure_code: 'transcode_failed' })
    expect(video.published_prefix ?? '').not.toContain('ladder')
    expect(await site.keys(`videos/${id}/a1/ladder`)).toEqual([])
  })

  test('two hundred files that are no videos each end with a reason, and a healthy one among them is made', async () => {
    const poison = join(site.folder, 'poison')
    await writeFile(poison, 'not a video at all '.repeat(100))
    const poisoned: string[] = []
    for (let index = 0; index < 100; index++) poisoned.push((await site.upload(poison)).id)
    const healthy = await site.upload(clip)
    for (let index = 0; index < 100; index++) poisoned.push((await site.upload(poison)).id)
    const workers = await Promise.all(['one', 'other'].map((name) => startWorker(site, name)))
    try {
      const { rows } = await until(
        () =>
          site.catalog.pool.query('SELECT status, count(*)::int FROM video WHERE id = ANY($1) GROUP BY status', [
            [...poisoned, healthy.id],
          ]),
        (found) => found.rows.every(({ status }) => status === 'ready' || status === 'failed'),
        180_000,
      )
      expect(Object.fromEntries(rows.map(({ status, count }) => [status, count]))).toEqual({ failed: 200, ready: 1 })
      // The very same processes: none of them ended.
      for (const { pid } of workers) expect(() => process.kill(pid, 0)).not.toThrow()
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  })
})
