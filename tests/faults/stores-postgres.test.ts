import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { acceptUpload } from '#catalog/accept-upload.ts'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import { type DatabaseLine, startDatabaseLine } from '#support/fault-proxy.ts'
import { makeClip } from '#support/media.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'

let site: TestSite
let line: DatabaseLine
let catalog: Catalog | undefined
let worker: StartedProcess | undefined

beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())
beforeEach(async () => {
  line = await startDatabaseLine(site.databaseUrl)
})
afterEach(async () => {
  line.faults = {}
  await worker?.stop()
  await catalog?.close()
  worker = undefined
  catalog = undefined
  await line.stop()
})

async function uploadClip(seconds: number) {
  const clip = join(site.folder, `${seconds}.mp4`)
  return site.upload(await makeClip(clip, { seconds, width: 640, height: 360 }))
}

/** What the video has spent: attempts, and tries of its parts as long as there are any. */
async function spent(videoId: string) {
  const { rows } = await site.catalog.pool.query<{ outcome: string | null }>(
    'SELECT outcome FROM transcode_attempt WHERE video_id = $1',
    [videoId],
  )
  return rows.map(({ outcome }) => outcome)
}

async function untilEncoding(videoId: string): Promise<void> {
  await until(
    () => site.catalog.database.selectFrom('transcode_part').selectAll().where('video_id', '=', videoId).execute(),
    (parts) =>
      parts.some(({ kind, state, frames_done }) => kind === 'pictures' && state === 'active' && frames_done > 0),
  )
}

test('a worker waits for a database that is away, and goes on with what it was at as if nothing had been', async () => {
  const { id } = await uploadClip(24)
  worker = await startWorker({ ...site, databaseUrl: line.url }, 'patient', { PART_SECONDS: '12' })
  await untilEncoding(id)
  line.faults = { cutAfterBytes: 1, cut: 'reset' }
  line.cutAll('reset')
  const { updated_at: before } = await site.row(id)
  await new Promise((resolve) => setTimeout(resolve, 10_000))
  expect((await site.row(id)).updated_at).toEqual(before)
  line.faults = {}
  const video = await site.reaches(id, 'ready', 'failed')
  expect(video).toMatchObject({ status: 'ready', flags: [], published_prefix: `videos/${id}/a1/ladder` })
  expect(
    await until(
      () => spent(id),
      ([outcome]) => outcome !== null,
    ),
  ).toEqual(['ready'])
  const tries = (await site.keys(video.published_prefix!)).flatMap((key) => /\/p\d+-t(\d+)-/.exec(key)?.[1] ?? [])
  expect(new Set(tries)).toEqual(new Set(['1']))
})

test('connections whose other end is gone without a word are given up, by questions and by the queue', async () => {
  catalog = await openCatalog({ databaseUrl: line.url, onError: () => {} })
  const taken: string[] = []
  await catalog.jobs.workExtra(async ({ data }) => void taken.push(data.videoId))
  const ask = () => Promise.all(Array.from({ length: 4 }, () => catalog!.pool.query('SELECT 1')))
  await ask()
  const countUsers = () => catalog!.database.selectFrom('user').select('id').execute()
  await countUsers()
  line.cutAll('silence')
  await until(countUsers, (users) => users.length > 0, 90_000)
  // Not one of the silent ones is handed out again.
  for (let index = 0; index < 8; index++) await countUsers()
  await site.catalog.jobs.queueExtra(undefined, { version: 1, kind: 'storyboard', videoId: 'v1' } as never)
  await until(
    async () => taken,
    (ids) => ids.includes('v1'),
    90_000,
  )
})

test('an upload whose acceptance was stored but never confirmed is the same video when it is told again', async () => {
  catalog = await openCatalog({ databaseUrl: line.url, onError: () => {} })
  const sourceKey = 'sources/unconfirmed'
  const { sizeBytes } = await site.storage.put(sourceKey, Buffer.from('a source'))
  const about = { fileName: 'clip', title: 'Clip', visibility: 'public' as const }
  const upload = { uploadId: crypto.randomUUID(), ownerId: 'ada', sourceKey, sizeBytes, ...about }
  line.faults = { cutsReplyTo: (sent) => /commit/i.test(sent.toString('latin1')) }
  line.cutAll('reset')
  await until(
    () =>
      acceptUpload(catalog!, upload).then(
        () => 'told',
        () => site.catalog.database.selectFrom('video').select('id').where('upload_id', '=', upload.uploadId).execute(),
      ),
    (found) => found.length === 1,
  )
  line.faults = {}
  line.cutAll('reset')
  const video = await until(
    () => acceptUpload(catalog!, upload).catch(() => null),
    (row) => row !== null,
  )
  const { rows } = await site.catalog.pool.query("SELECT id FROM pgboss.job WHERE data->>'videoId' = $1", [video!.id])
  expect(rows).toHaveLength(1)
  await site.catalog.pool.query("DELETE FROM pgboss.job WHERE data->>'videoId' = $1", [video!.id])
  await site.catalog.database.deleteFrom('video').where('id', '=', video!.id).execute()
})

test('a video is made although the worker never hears of every fifth thing that it had stored', async () => {
  let commits = 0
  let isBad = false
  line.faults = { cutsReplyTo: (sent) => isBad && /commit/i.test(sent.toString('latin1')) && ++commits % 5 === 0 }
  worker = await startWorker({ ...site, databaseUrl: line.url }, 'unheard', { PART_SECONDS: '2' })
  isBad = true
  const { id } = await uploadClip(6)
  const video = await site.reaches(id, 'ready', 'failed')
  expect(commits).toBeGreaterThan(5)
  expect(video).toMatchObject({ status: 'ready', flags: [] })
})
