import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cancelVideo } from '#catalog/cancel-video.ts'
import { claimAttempt } from '#catalog/claim-attempt.ts'
import { recordStoryboard, shownStoryboardPrefix } from '#catalog/extras-storyboard.ts'
import { shownSourceKey } from '#catalog/former-file.ts'
import type { SweepJob } from '#catalog/jobs.ts'
import { publishAttempt } from '#catalog/publish-attempt.ts'
import { makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { uploadFile } from '#support/upload-file.ts'
import { workNext, workWhole } from '#support/work-whole.ts'
import type { Context } from './context.ts'
import { sweepPrefix } from './sweep-prefix.ts'

let site: TestSite
let context: Context
let short: string
let long: string
let noVideo: string

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
  const people = ['grace', 'root'].map((id) => ({ id, name: id, email: `${id}@example.org`, emailVerified: true }))
  await site.catalog.database.insertInto('user').values(people).execute()
  await site.catalog.database.updateTable('user').set({ role: 'admin' }).where('id', '=', 'root').execute()
  short = await makeClip(join(site.folder, 'short.mp4'), { seconds: 1, width: 160, height: 120 })
  long = await makeClip(join(site.folder, 'long.mp4'), { seconds: 3, width: 192, height: 108 })
  noVideo = join(site.folder, 'text.mp4')
  await writeFile(noVideo, 'this is no video at all')
})
afterAll(() => site?.close())

async function whole() {
  const { id } = await site.upload(short)
  await workWhole(context, id)
  return site.row(id)
}

async function replace(videoId: string, path: string, more: { ownerId?: string; uploadId?: string } = {}) {
  return uploadFile(site, path, { replaces: videoId, fileName: 'new.mp4', title: 'Never seen', ...more })
}

/** Does all sweeps of a video at once, whenever they are due: nothing that is needed may go, whoever asks. */
async function sweepAll(): Promise<void> {
  const { rows } = await site.catalog.pool.query<{ data: SweepJob }>(
    "DELETE FROM pgboss.job WHERE name = 'sweep' RETURNING data",
  )
  for (const { data } of rows) await sweepPrefix(context, data)
}

describe('a file that takes the place of another', () => {
  test.each([
    ['stays where the new file fails, although that had pictures already', 'failed'],
    ['goes where the new file is whole', 'whole'],
  ])('the storyboard of a file that was deleted %s', async (_, end) => {
    const { id } = await whole()
    const { database } = site.catalog
    const [old, drawn] = [`videos/${id}/extras/old`, `videos/${id}/extras/new`]
    for (const prefix of [old, drawn]) await site.storage.put(`${prefix}/storyboard.vtt`, Buffer.from('WEBVTT'))
    const deleted = { source_key: null, storyboard_prefix: old, storyboard_source_key: null }
    await database.updateTable('video').set(deleted).where('id', '=', id).execute()
    const { source_key } = await replace(id, long)
    const made = { videoId: id, sourceKey: source_key!, prefix: drawn }
    expect(await recordStoryboard(site.catalog, made)).toBe(true)
    await sweepAll()
    expect(shownStoryboardPrefix(await site.row(id))).toBe(old)
    expect(await site.keys(old)).toHaveLength(1)
    if (end === 'failed') await cancelVideo(site.catalog, id)
    else await workWhole(context, id)
    await sweepAll()
    expect(shownStoryboardPrefix(await site.row(id))).toBe(end === 'failed' ? old : drawn)
    expect(await site.keys(old)).toHaveLength(end === 'failed' ? 1 : 0)
  })

  test('leaves all else as it is, and viewers with the version before until it has one of its own', async () => {
    const before = await whole()
    const after = await replace(before.id, long)
    const kept = {
      id: before.id,
      title: 'Clip',
      published_prefix: before.published_prefix,
      duration_ms: before.duration_ms,
    }
    expect(after).toMatchObject({ ...kept, status: 'playable', source_name: 'new.mp4' })
    expect(shownSourceKey(after)).toBe(before.source_key)
    await sweepAll()
    expect(await site.storage.head(before.source_key!)).not.toBeNull()
    expect(await site.storage.head(`${before.published_prefix}/master.m3u8`)).not.toBeNull()
    // The new file's first version is published by the first job, and with it its own length and size.
    await workNext(context, before.id)
    const first = await site.row(before.id)
    expect(first.published_prefix).not.toBe(before.published_prefix)
    expect(first).toMatchObject({ status: 'playable', width: 192, height: 108 })
    expect(shownSourceKey(first)).toBe(after.source_key)
    await sweepAll()
    expect(await site.storage.head(before.source_key!)).not.toBeNull()
  })

  test('sends the file before away once it is published whole, and only then', async () => {
    const before = await whole()
    await replace(before.id, long)
    await workWhole(context, before.id)
    const after = await site.row(before.id)
    expect(after).toMatchObject({ status: 'ready', former: null, failure_code: null, width: 192 })
    expect(after.duration_ms).toBeGreaterThan(2_900)
    expect(after.created_at).toEqual(before.created_at)
    expect(after.published_at).toEqual(before.published_at)
    await sweepAll()
    expect(await site.storage.head(before.source_key!)).toBeNull()
    expect(await site.storage.head(after.source_key!)).not.toBeNull()
    expect(await site.keys(before.published_prefix!)).toEqual([])
    expect(await site.keys(after.published_prefix!)).not.toEqual([])
  })

  test('gives way to the one before where it is no video, and the owner is told why', async () => {
    const before = await whole()
    const { source_key } = await replace(before.id, noVideo)
    await workWhole(context, before.id)
    const after = await site.row(before.id)
    expect(after).toMatchObject({
      ...{ status: 'ready', published_prefix: before.published_prefix, poster_key: before.poster_key },
      ...{ source_key: before.source_key, source_bytes: before.source_bytes, duration_ms: before.duration_ms },
      ...{ failure_code: 'not_a_video', flags: ['replace_failed'], former: null },
    })
    await sweepAll()
    expect(await site.storage.head(before.source_key!)).not.toBeNull()
    expect(await site.storage.head(source_key!)).toBeNull()
    expect(await site.storage.head(`${before.published_prefix}/master.m3u8`)).not.toBeNull()
    // And it can be replaced again, with tries of its own.
    await replace(before.id, long)
    await workWhole(context, before.id)
    expect(await site.row(before.id)).toMatchObject({ status: 'ready', flags: [], failure_code: null, width: 192 })
  })

  test('gives way too where it fails after people have watched its beginning, or is stopped', async () => {
    const before = await whole()
    // What was made beside it later is named by the same master playlist.
    const beside = `${before.published_prefix}/120p-av1/p0-t1-0.m4s`
    await site.storage.put(beside, Buffer.from('av1'))
    await replace(before.id, long)
    await workNext(context, before.id)
    expect((await site.row(before.id)).published_prefix).not.toBe(before.published_prefix)
    await cancelVideo(site.catalog, before.id)
    const after = await site.row(before.id)
    expect(after).toMatchObject({
      status: 'ready',
      published_prefix: before.published_prefix,
      failure_code: 'cancelled',
    })
    expect(after.duration_ms).toBe(before.duration_ms)
    await sweepAll()
    expect(await site.storage.head(beside)).not.toBeNull()
    expect(await site.storage.head(`${before.published_prefix}/master.m3u8`)).not.toBeNull()
    expect(await site.storage.head(before.source_key!)).not.toBeNull()
  })

  test('has no picture of the one before, where none of its own could be drawn', async () => {
    const before = await whole()
    expect(before.poster_key).not.toBeNull()
    await replace(before.id, long)
    const { database } = site.catalog
    const claim = await claimAttempt(database, { videoId: before.id, jobId: crypto.randomUUID(), worker: 'w' })
    if (claim.kind !== 'claimed') throw new Error('not claimed')
    const prefix = `videos/${before.id}/a${claim.attempt.number}`
    const publish = async (part: string, posterKey: string | null) => {
      await publishAttempt(database, claim.attempt, { prefix: `${prefix}/${part}`, posterKey, isWhole: false })
      return (await site.row(before.id)).poster_key
    }
    expect(await publish('first', null)).toBeNull()
    expect(await publish('first', `${prefix}/poster/poster.jpg`)).toBe(`${prefix}/poster/poster.jpg`)
    expect(await publish('ladder', null)).toBe(`${prefix}/poster/poster.jpg`)
    await cancelVideo(site.catalog, before.id)
    expect((await site.row(before.id)).poster_key).toBe(before.poster_key)
  })

  test('lets the one before be finished where that was not whole yet, unless the owner stops the work', async () => {
    for (const isStopped of [false, true]) {
      const { id, source_key } = await site.upload(short)
      await workNext(context, id)
      const before = await site.row(id)
      expect(before.status).toBe('playable')
      await replace(id, noVideo)
      if (isStopped) await cancelVideo(site.catalog, id)
      await workWhole(context, id)
      const after = await site.row(id)
      expect(after).toMatchObject({
        status: 'ready',
        source_key,
        failure_code: isStopped ? 'cancelled' : 'not_a_video',
      })
      expect(after.published_prefix === before.published_prefix).toBe(isStopped)
      // Also after the one before was made whole its owner is told what became of the new one.
      expect(after.flags).toContain('replace_failed')
    }
  })

  test('is one replacement however often its upload is reported, also after the next one', async () => {
    const before = await whole()
    const uploadId = crypto.randomUUID()
    const once = await replace(before.id, long, { uploadId })
    const again = await replace(before.id, long, { uploadId })
    expect(again.source_key).toBe(once.source_key)
    const next = await replace(before.id, short)
    const late = await replace(before.id, long, { uploadId })
    expect(late).toMatchObject({ id: before.id, source_key: next.source_key, source_bytes: once.source_bytes })
    // What is gone back to is what was whole last.
    expect(late.former?.sourceKey).toBe(before.source_key)
    await sweepAll()
    expect(await site.storage.head(once.source_key!)).toBeNull()
  })

  test('is for the owner and admins', async () => {
    const { id, source_key } = await whole()
    await expect(replace(id, long, { ownerId: 'grace' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(replace('nosuchvideo2', long)).rejects.toMatchObject({ code: 'not_found' })
    expect((await site.row(id)).source_key).toBe(source_key)
    expect((await replace(id, long, { ownerId: 'root' })).owner_id).toBe('ada')
  })

  test('wins over a worker that is at the file before, which can publish nothing any more', async () => {
    const { id } = await site.upload(short)
    const stale = await claimAttempt(site.catalog.database, { videoId: id, jobId: crypto.randomUUID(), worker: 'w' })
    if (stale.kind !== 'claimed') throw new Error('not claimed')
    const { source_key } = await replace(id, long)
    const late = { prefix: `videos/${id}/a1/ladder`, posterKey: null, isWhole: true }
    expect(await publishAttempt(site.catalog.database, stale.attempt, late)).toBe(false)
    await workWhole(context, id)
    expect(await site.row(id)).toMatchObject({ status: 'ready', source_key, width: 192 })
  })

  test('has all tries that a file gets, however many the one before took', async () => {
    const before = await whole()
    for (let count = 0; count < 4; count++) await replace(before.id, long)
    await workWhole(context, before.id)
    expect(await site.row(before.id)).toMatchObject({ status: 'ready', width: 192 })
  })
})
