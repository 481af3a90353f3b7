import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SweepJob } from '#catalog/jobs.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { claimSmaller, closeSmaller, recordSmaller, recordSmallerPart } from '#catalog/smaller.ts'
import type { Storage } from '#storage/storage.ts'
import { makeClip } from '#support/media.ts'
import { storageWith } from '#support/storage-with.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workWhole } from '#support/work-whole.ts'
import type { Context } from '../context.ts'
import { sweepPrefix } from '../sweep-prefix.ts'
import { planSmaller } from './plan-smaller.ts'
import type { SmallerWork } from './smaller-work.ts'
import { workSmaller } from './work-smaller.ts'

let site: TestSite
let context: Context
let clip: string

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site, { makeSmaller: true })
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1, width: 320, height: 240 })
})
afterAll(() => site?.close())

async function ready(): Promise<VideoRow> {
  const { id } = await site.upload(clip)
  await workWhole(context, id)
  return site.row(id)
}

/** What is published can be planned by, but its segments can't be read. */
function lacksSegments(storage: Storage): Storage {
  return storageWith(storage, {
    async get(key, range) {
      if (key.endsWith('.m4s')) throw new Error('this object is damaged')
      return storage.get(key, range)
    },
  })
}

function smallerOf(videoId: string) {
  return site.catalog.database
    .selectFrom('smaller')
    .selectAll()
    .where('video_id', '=', videoId)
    .executeTakeFirstOrThrow()
}

async function claimed(videoId: string) {
  const taken = await claimSmaller(site.catalog.database, videoId)
  if (taken.kind !== 'claimed') throw new Error(`it is ${taken.kind}`)
  return taken
}

const job = (videoId: string) => ({ videoId, signal: new AbortController().signal })

async function makeOnce(videoId: string, storage: Storage): Promise<string> {
  return workSmaller({ ...context, storage }, job(videoId)).catch((error: Error) => error.message)
}

async function sweepAll(videoId: string): Promise<void> {
  const { rows } = await site.catalog.pool.query<{ data: SweepJob }>(
    "SELECT data FROM pgboss.job WHERE name = 'sweep' AND data->>'prefix' LIKE $1 AND data->>'prefix' LIKE '%-av1'",
    [`videos/${videoId}/%`],
  )
  for (const { data } of rows) await sweepPrefix(context, data)
}

/** As if a worker had come as far as planning, and stored a part's bytes. */
async function begun({ id, published_prefix: prefix }: VideoRow): Promise<string> {
  const { claim, video } = await claimed(id)
  const plan = await planSmaller({ context, claim, video, signal: context.stopping } as SmallerWork)
  expect(await recordSmaller(site.catalog.database, claim, { plan })).toBe(true)
  const key = `${prefix}/240p-av1/p0-t1-0.m4s`
  await site.storage.put(key, Buffer.from('bytes'))
  return key
}

async function spend(videoId: string, tries: number): Promise<void> {
  await site.catalog.database
    .updateTable('smaller')
    .set({ tries_spent: tries })
    .where('video_id', '=', videoId)
    .execute()
}

test('a step that was done gives its worker new tries, also for what fails right afterwards', async () => {
  const { id } = await ready()
  await claimed(id)
  await spend(id, maxAttempts - 1)
  expect(await makeOnce(id, lacksSegments(site.storage))).toBe('this object is damaged')
  expect(await smallerOf(id)).toMatchObject({ outcome: null, tries_spent: 0, state: { plan: expect.anything() } })
})

test('what can not be made after all its tries leaves nothing behind, of what was kept meanwhile either', async () => {
  const video = await ready()
  const key = await begun(video)
  for (let tries = 1; tries < maxAttempts; tries++)
    expect(await makeOnce(video.id, lacksSegments(site.storage))).toBe('this object is damaged')
  expect(await makeOnce(video.id, lacksSegments(site.storage))).toBe('done')
  expect((await smallerOf(video.id)).outcome).toBe('failed')
  await sweepAll(video.id)
  expect(await site.keys(key)).toEqual([])
  expect((await site.keys(video.published_prefix!)).length).toBeGreaterThan(3)
})

test('what killed its workers is given up, swept, and named no more', async () => {
  const video = await ready()
  const key = await begun(video)
  // A worker that was killed right after it had replaced the master playlist.
  const masterKey = `${video.published_prefix}/master.m3u8`
  const master = await site.read(masterKey)
  const named = `${master}#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="av01.0.00M.08"\n240p-av1/playlist.m3u8\n`
  await site.storage.put(masterKey, Buffer.from(named))
  await spend(video.id, maxAttempts)
  expect(await makeOnce(video.id, site.storage)).toBe('done')
  expect((await smallerOf(video.id)).outcome).toBe('failed')
  expect(await site.read(masterKey)).toBe(master)
  await sweepAll(video.id)
  expect(await site.keys(key)).toEqual([])
})

test('AV1 that is being made, or was published, is not swept, whoever asks', async () => {
  const video = await ready()
  const key = await begun(video)
  const folder = `${video.published_prefix}/240p-av1`
  await sweepPrefix(context, { version: 1, prefix: folder })
  const { claim } = await claimed(video.id)
  expect(await closeSmaller(site.catalog.database, claim, 'published', async () => {})).toBe(true)
  await sweepPrefix(context, { version: 1, prefix: folder })
  expect(await site.keys(folder)).toEqual([key])
})

test('each part is kept once, by whoever holds the work, and is known to the next worker', async () => {
  const video = await ready()
  await begun(video)
  const late = await claimed(video.id)
  const { claim } = await claimed(video.id)
  const { database } = site.catalog
  const part = (number: number, name: string) => ({ rung: '240p', part: number, made: { name } })
  expect(await recordSmallerPart(database, claim, part(1, 'second'))).toBe(true)
  expect(await recordSmallerPart(database, late.claim, part(0, 'of a late worker'))).toBe(false)
  expect(await recordSmaller(database, late.claim, {})).toBe(false)
  expect(await recordSmallerPart(database, claim, part(0, 'first'))).toBe(true)
  expect(await recordSmallerPart(database, claim, part(0, 'the answer got lost'))).toBe(true)
  const next = await claimed(video.id)
  expect(next.parts).toEqual([part(0, 'first'), part(1, 'second')])
  expect(next.state).toHaveProperty('plan')
  // Of something else that is published nothing of it is known.
  await database
    .updateTable('video')
    .set({ published_prefix: `videos/${video.id}/a9/ladder` })
    .where('id', '=', video.id)
    .execute()
  expect(await claimed(video.id)).toMatchObject({ parts: [], state: {} })
})
