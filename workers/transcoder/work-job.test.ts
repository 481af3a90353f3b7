import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimAttempt } from '#catalog/claim-attempt.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import { planParts } from '#catalog/plan-parts.ts'
import { publishAttempt } from '#catalog/publish-attempt.ts'
import type { Storage } from '#storage/storage.ts'
import { makeClip } from '#support/media.ts'
import { storageWith } from '#support/storage-with.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workWhole } from '#support/work-whole.ts'
import type { Context } from './context.ts'
import { startHlsUpload } from './hls-upload.ts'
import { failForGood } from './outcome.ts'
import { recoverAbandoned } from './recover-abandoned.ts'
import { workJob } from './work-job.ts'

let site: TestSite
let context: Context

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
})
afterAll(() => site?.close())

async function uploadClip(name: string) {
  return site.upload(await makeClip(join(site.folder, name), { seconds: 1, width: 160, height: 120 }))
}

/** Storage that lists nothing of what is about to be published, as one that has lost objects on the way. */
function forgetful(storage: Storage): Storage {
  return storageWith(storage, {
    list: (prefix) => (/\/a\d+$/.test(prefix) ? storage.list(prefix) : (async function* () {})()),
  })
}

test('a job that was done already is done again by doing nothing', async () => {
  const { id } = await uploadClip('twice.mp4')
  await workWhole(context, id)
  const first = await site.row(id)
  expect(first.status).toBe('ready')
  await site.catalog.pool.query("UPDATE pgboss.job SET state = 'created' WHERE data->>'videoId' = $1", [id])
  await workWhole(context, id)
  expect(await site.row(id)).toEqual(first)
})

test('a job about a video that is gone is over', async () => {
  const signal = new AbortController().signal
  const video = { version: 2 as const, kind: 'video' as const, videoId: 'nosuchvideo2' }
  const part = { ...video, kind: 'part' as const, attempt: 1, part: 1 }
  for (const data of [video, part]) {
    await expect(workJob(context, { id: crypto.randomUUID(), data, signal })).resolves.toBeUndefined()
  }
})

test('objects that are missing in storage are never published; all is made anew, and fails when its tries are spent', async () => {
  const { id } = await uploadClip('lost.mp4')
  const broken = { ...context, storage: forgetful(site.storage) }
  await workWhole(broken, id)
  const failed = { status: 'failed', failure_code: 'transcode_failed', published_prefix: null }
  expect(await site.row(id)).toMatchObject(failed)
  expect(await site.keys(`videos/${id}`)).toEqual([])
  const attempts = await site.catalog.database
    .selectFrom('transcode_attempt')
    .select('outcome')
    .where('video_id', '=', id)
    .orderBy('attempt')
    .execute()
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['again', 'again', 'transcode_failed'])
})

test('a source that arrives shorter than it was stored is not taken for a short video', async () => {
  const { id, source_bytes } = await uploadClip('short.mp4')
  await site.catalog.database
    .updateTable('video')
    .set({ source_bytes: Number(source_bytes) + 1 })
    .where('id', '=', id)
    .execute()
  await expect(workWhole(context, id)).rejects.toThrow('instead of')
})

test('a job whose workers were all killed ends as failed', async () => {
  const { id } = await uploadClip('poison.mp4')
  for (let kill = 0; kill < maxAttempts; kill++) {
    await claimAttempt(site.catalog.database, { videoId: id, jobId: crypto.randomUUID(), worker: 'elsewhere' })
  }
  await workWhole(context, id)
  expect(await site.row(id)).toMatchObject({ status: 'failed', failure_code: 'transcode_failed' })
})

test('a worker that is asked to stop, again and again, costs the video none of its tries', async () => {
  const { id } = await uploadClip('stops.mp4')
  const stopping = { ...context, stopping: AbortSignal.abort(new Error('asked to stop')) }
  for (let stop = 0; stop <= maxAttempts; stop++) {
    await expect(workWhole(stopping, id)).rejects.toThrow('asked to stop')
  }
  await workWhole(context, id)
  expect(await site.row(id)).toMatchObject({ status: 'ready', current_attempt: maxAttempts + 2 })
})

test('work that fails because its video was deleted meanwhile is over, not tried again', async () => {
  const { id } = await uploadClip('vanishes.mp4')
  const deleting = storageWith(site.storage, {
    // As a bucket does.
    lend: async () => false,
    async download() {
      await site.catalog.database.deleteFrom('video').where('id', '=', id).execute()
      throw new Error('not there any more')
    },
  })
  await expect(workWhole({ ...context, storage: deleting }, id)).resolves.toBeUndefined()
  expect(await site.catalog.database.selectFrom('video').where('id', '=', id).select('id').execute()).toEqual([])
  expect(await site.keys(`videos/${id}`)).toEqual([])
})

async function claimed(name: string) {
  const { id } = await uploadClip(name)
  const { rows } = await site.catalog.pool.query<{ id: string }>(
    "UPDATE pgboss.job SET state = 'active' WHERE data->>'videoId' = $1 RETURNING id",
    [id],
  )
  const jobId = rows[0]!.id
  const worker = context.config.workerName
  const claim = await claimAttempt(site.catalog.database, { videoId: id, jobId, worker })
  if (claim.kind !== 'claimed') throw new Error('should be claimed')
  return { id, jobId, attempt: claim.attempt }
}

async function stateOf(jobId: string): Promise<string> {
  const { rows } = await site.catalog.pool.query('SELECT state FROM pgboss.job WHERE id = $1', [jobId])
  return rows[0].state
}

test('what a killed process left is cleaned up, but not what it had published, and its job is given back', async () => {
  const { id, jobId, attempt } = await claimed('left.mp4')
  const prefix = `videos/${id}/a1`
  await site.storage.put(`${prefix}/remux/master.m3u8`, Buffer.from('#EXTM3U'))
  await site.storage.put(`${prefix}/poster/poster.jpg`, Buffer.from('jpeg'))
  await site.storage.put(`${prefix}/ladder/720p/0.m4s`, Buffer.from('half'))
  const publication = { prefix: `${prefix}/remux`, posterKey: `${prefix}/poster/poster.jpg`, isWhole: false }
  await publishAttempt(site.catalog.database, attempt, publication)
  await recoverAbandoned(context)
  expect(await site.keys(prefix)).toEqual([`${prefix}/poster/poster.jpg`, `${prefix}/remux/master.m3u8`])
  expect(await stateOf(jobId)).toBe('retry')
})

test('a job that another worker has taken over meanwhile is left with that worker', async () => {
  const { id, jobId } = await claimed('taken.mp4')
  await claimAttempt(site.catalog.database, { videoId: id, jobId, worker: 'elsewhere' })
  await recoverAbandoned(context)
  expect(await stateOf(jobId)).toBe('active')
})

test('segments are stored before what names them, and a second try stores what the first could not', async () => {
  const root = join(site.folder, 'upload')
  await mkdir(join(root, '240p'), { recursive: true })
  for (const name of ['playlist.m3u8', 'init.mp4', '0.m4s', '1.m4s', '2.m4s.tmp']) {
    await writeFile(join(root, '240p', name), name)
  }
  const order: string[] = []
  let isAway = true
  const flaky = storageWith(site.storage, {
    async adoptFile(key, path) {
      if (isAway && key.endsWith('1.m4s')) throw new Error('away')
      order.push(key.split('/').at(-1)!)
      return site.storage.adoptFile(key, path)
    },
  })
  const upload = startHlsUpload(flaky, root, 'videos/upload/a1/ladder')
  await expect(upload.finish()).rejects.toThrow('away')
  isAway = false
  await upload.finish()
  expect(order).toEqual(['0.m4s', '1.m4s', 'init.mp4', 'playlist.m3u8'])
})

test('an attempt that comes back late ends nothing of the one that took its place, nor of a video that is whole', async () => {
  const { id, jobId, attempt: late } = await claimed('late.mp4')
  const { database } = site.catalog
  let current = late
  // All tries are counted by the time when the last of them is under way.
  for (let tries = 2; tries <= maxAttempts; tries++) {
    const claim = await claimAttempt(database, { videoId: id, jobId, worker: 'elsewhere' })
    if (claim.kind !== 'claimed') throw new Error('should be claimed')
    current = claim.attempt
  }
  await planParts(site.catalog, current, { plan: {}, parts: [], worker: 'elsewhere', jobId })
  await recoverAbandoned(context)
  await failForGood(context, late, 'resource_limit')
  expect(await site.row(id)).toMatchObject({ status: 'processing', failure_code: null })
  const parts = await database.selectFrom('transcode_part').select('state').where('video_id', '=', id).execute()
  expect(parts.map(({ state }) => state)).toEqual(['active', 'waiting'])

  const publication = { prefix: `videos/${id}/a${current.number}/ladder`, posterKey: null, isWhole: true }
  await publishAttempt(database, current, publication)
  await failForGood(context, current, 'transcode_failed')
  expect(await site.row(id)).toMatchObject({ status: 'ready', failure_code: null, flags: [] })
})
