import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import { makeClip } from '#support/media.ts'
import { startS3 } from '#support/s3.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { uploadFile } from '#support/upload-file.ts'
import { workNext, workWhole } from '#support/work-whole.ts'
import type { Context } from './context.ts'

let site: TestSite
let context: Context
let clip: string
beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
  clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 2, width: 160, height: 120, codec: 'mpeg4' })
})
afterAll(() => site?.close())

const stageOf = async (id: string) => (await site.row(id)).progress?.stage

test('work on a full disk says that it waits for room, costs no try, and goes on once there is some', async () => {
  const { id } = await site.upload(clip)
  const full = { ...context, toolbox: { ...context.toolbox, leastFreeMb: 1e12 } }
  // More often than there are tries.
  for (let turn = 0; turn < 4; turn++) {
    await expect(workNext(full, id)).rejects.toMatchObject({ code: 'storage_full' })
    expect(await stageOf(id)).toBe('room')
  }
  // Waiting, however long, leaves nothing behind.
  const attempts = site.catalog.database.selectFrom('transcode_attempt').selectAll().where('video_id', '=', id)
  expect(await attempts.execute()).toEqual([])
  await workWhole(context, id)
  expect(await site.row(id)).toMatchObject({ status: 'ready', failure_code: null })
})

test('work whose storage is away says that it waits for it, and that it reads once the storage is back', async () => {
  const s3 = await startS3()
  const storage = await openStorage(s3.url)
  try {
    const { id } = await uploadFile({ catalog: site.catalog, storage }, clip)
    s3.intercept = (_, response) => {
      response.writeHead(503).end()
      return true
    }
    const done = workNext({ ...context, storage }, id)
    await until(
      () => stageOf(id),
      (stage) => stage === 'storage',
      60_000,
    )
    s3.intercept = () => false
    expect(await done).toBe(true)
    expect(await stageOf(id)).not.toBe('storage')
  } finally {
    await storage.close()
    await s3.stop()
  }
}, 90_000)
