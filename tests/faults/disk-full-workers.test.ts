import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { VideoRow } from '#catalog/schema.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { faultsOf } from '#support/check-storage.ts'
import { isMadeAtOnce } from '#support/made-at-once.ts'
import { makeClip } from '#support/media.ts'
import { mountSmallDisk, type SmallDisk } from '#support/small-disk.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { uploadFile } from '#support/upload-file.ts'
import { startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'

let site: TestSite
let work: SmallDisk | null
let store: SmallDisk | null
let storage: Storage
let clip: string
let worker: StartedProcess | undefined

beforeAll(async () => {
  site = await openTestSite()
  // A worker leaves a quarter of a gigabyte free.
  work = await mountSmallDisk(join(site.folder, 'work-disk'), 400)
  store = await mountSmallDisk(join(site.folder, 'store-disk'), 64)
  storage = await openStorage(`disk://${join(store?.folder ?? site.folder, 'storage')}`)
  clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 20, width: 640, height: 360, codec: 'mpeg4' })
})
afterEach(async () => {
  await work?.makeRoom()
  await store?.makeRoom()
  await worker?.stop()
})
afterAll(async () => {
  await storage?.close()
  await work?.close()
  await store?.close()
  await site?.close()
})

function upload(): Promise<VideoRow> {
  return uploadFile({ catalog: site.catalog, storage }, clip)
}

async function start(): Promise<void> {
  const places = { WORK_FOLDER: join(work!.folder, 'work'), STORAGE_URL: `disk://${join(store!.folder, 'storage')}` }
  worker = await startWorker(site, 'on-a-small-disk', { ...places, PART_SECONDS: '10' })
}

async function isEncoding(videoId: string): Promise<void> {
  await until(
    () => site.catalog.database.selectFrom('transcode_part').selectAll().where('video_id', '=', videoId).execute(),
    (parts) => parts.some(({ kind, state }) => kind === 'pictures' && state === 'active'),
  )
}

/** The queue has given it back: somebody ran into the full disk. */
async function isPutOff(videoId: string): Promise<void> {
  await until(
    () =>
      site.catalog.pool.query(
        "SELECT 1 FROM pgboss.job WHERE name = 'transcode' AND data->>'videoId' = $1 AND state = 'active'",
        [videoId],
      ),
    ({ rows }) => rows.length === 0,
  )
}

test.for([
  ['its own disk', () => work],
  ['the disk of the storage', () => store],
] as const)(
  'a worker for which %s runs full while it encodes waits for room, and then makes the video; what can be watched can be watched meanwhile',
  async ([, diskOf], { skip }) => {
    const disk = diskOf()
    if (!disk) return skip('this user may not mount a small disk')
    await start()
    const shown = await isMadeAtOnce(site, storage, (await upload()).id)
    const { id } = await upload()
    await isEncoding(id)
    await disk.fill()
    await isPutOff(id)
    expect((await site.row(id)).status).not.toBe('failed')
    expect(await faultsOf(storage, shown.published_prefix!)).toEqual([])
    await disk.makeRoom()
    await isMadeAtOnce(site, storage, id)
  },
)

test('a source for which there is no room is not fetched, and is fetched once there is', async ({ skip }) => {
  if (!work || !store) return skip('this user may not mount a small disk')
  await start()
  await work.fill(100_000)
  const { id } = await upload()
  await until(
    () => site.row(id),
    ({ progress }) => progress?.stage === 'room',
  )
  await isPutOff(id)
  // Nothing is begun before there is room.
  expect(await site.row(id)).toMatchObject({ failure_code: null, current_attempt: 0 })
  const found = await readdir(join(work.folder, 'work'), { recursive: true, withFileTypes: true })
  expect(found.filter((one) => one.isFile())).toEqual([])
  await work.makeRoom()
  await isMadeAtOnce(site, storage, id)
})
