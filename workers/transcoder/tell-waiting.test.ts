import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptUpload } from '#catalog/accept-upload.ts'
import { openStorage } from '#storage/open-storage.ts'
import { makeClip } from '#support/media.ts'
import { startS3 } from '#support/s3.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { workNext, workWhole } from '#support/work-whole.ts'

let site: TestSite
let clip: string
beforeAll(async () => {
  site = await openTestSite()
  clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 2, width: 160, height: 120, codec: 'mpeg4' })
})
afterAll(() => site?.close())

const stageOf = async (id: string) => (await site.row(id)).progress?.stage

test('work on a full disk says that it waits for room, costs no try, and goes on once there is some', async () => {
  const { id } = await site.upload(clip)
  const context = await openTestContext(site)
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
  const uploadId = crypto.randomUUID()
  const sourceKey = `sources/${uploadId}`
  const { sizeBytes } = await storage.put(sourceKey, createReadStream(clip))
  const about = { fileName: 'clip', title: 'Clip', visibility: 'public' as const }
  const { id } = await acceptUpload(site.catalog, { uploadId, ownerId: 'ada', sourceKey, sizeBytes, ...about })
  s3.intercept = (_, response) => {
    response.writeHead(503).end()
    return true
  }
  const context = { ...(await openTestContext(site)), storage }
  const done = workNext(context, id)
  await until(
    () => stageOf(id),
    (stage) => stage === 'storage',
    60_000,
  )
  s3.intercept = () => false
  expect(await done).toBe(true)
  expect(await stageOf(id)).not.toBe('storage')
  await storage.close()
  await s3.stop()
  await rm(context.config.shelfFolder, { recursive: true, force: true })
}, 90_000)
