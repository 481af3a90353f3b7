import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { faultsOf, sweepAll } from '#support/check-storage.ts'
import { makeClip } from '#support/media.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { reconcile } from '#support/reconcile.ts'
import { until } from '#support/until.ts'
import { uploadFile } from '#support/upload-file.ts'
import { startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'
import { deleteVideo } from '../../services/api/videos/delete-video.ts'

let folder: string
let postgres: Awaited<ReturnType<typeof startTestPostgres>>
let storage: Storage
let catalog: Catalog
let clip: string
let worker: StartedProcess | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-restored-'))
  postgres = await startTestPostgres()
  storage = await openStorage(`disk://${folder}/storage`)
  catalog = await open(postgres.url)
  await catalog.database
    .insertInto('user')
    .values({ id: 'ada', name: 'Ada', email: 'ada@example.org', emailVerified: true })
    .execute()
  clip = await makeClip(join(folder, 'clip.mp4'), { seconds: 2, width: 256, height: 144 })
})
afterAll(async () => {
  await worker?.stop()
  await catalog?.close()
  await storage?.close()
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

const open = (databaseUrl: string) => openCatalog({ databaseUrl, onError: () => {} })

async function uploadNamed(title: string): Promise<string> {
  return (await uploadFile({ catalog, storage }, clip, { title })).id
}

async function row(id: string) {
  return catalog.database.selectFrom('video').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** All that the worker does for it, the small pictures too. */
async function isMade(id: string): Promise<void> {
  await until(
    () => row(id),
    ({ status, source_key, storyboard_source_key }) => status === 'ready' && source_key === storyboard_source_key,
    120_000,
  )
}

async function work(databaseUrl: string): Promise<void> {
  worker = await startWorker({ folder, databaseUrl }, 'one')
}

/** As a backup is taken: of a database that nobody writes to at the moment. Gives its URL. */
async function copyDatabase(): Promise<string> {
  await worker?.stop()
  await catalog.close()
  const url = new URL(postgres.url)
  const original = url.pathname.slice(1)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(`CREATE DATABASE backup TEMPLATE "${original}"`)
  await client.end()
  catalog = await open(postgres.url)
  url.pathname = '/backup'
  return url.href
}

test('after an older database was restored, what is missing is told plainly, nothing is deleted that is there, and the rest is watched and made', async () => {
  await work(postgres.url)
  const [kept, gone] = [await uploadNamed('Kept'), await uploadNamed('Gone')]
  await isMade(kept)
  await isMade(gone)
  const backup = await copyDatabase()

  // An hour goes by: one video is deleted with all its bytes, another one comes.
  await work(postgres.url)
  const deleted = await row(gone)
  await deleteVideo({ catalog } as never, { id: gone })
  const later = await uploadNamed('Later')
  await isMade(later)
  await sweepAll({ catalog, storage })
  const { published_prefix: laterPrefix } = await row(later)
  expect(await storage.head(`${deleted.published_prefix}/master.m3u8`)).toBeNull()
  await worker?.stop()
  await catalog.close()

  catalog = await open(backup)
  const told = await reconcile(backup, folder)
  expect(told.code).toBe(1)
  expect(told.stdout).toContain(`${gone} “Gone” can’t be watched whole`)
  expect(told.stdout).not.toContain(kept)
  // What came since the backup is there still, for whoever wants to put it right.
  await work(backup)
  const again = await uploadNamed('Again')
  await isMade(again)
  await sweepAll({ catalog, storage })
  expect(await faultsOf(storage, laterPrefix!)).toEqual([])
  for (const id of [kept, again]) {
    const video = await row(id)
    expect(video).toMatchObject({ status: 'ready', failure_code: null })
    expect(await faultsOf(storage, video.published_prefix!)).toEqual([])
  }
})
