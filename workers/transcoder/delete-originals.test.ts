import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setDownloads, shownDownload } from '#catalog/extras-download.ts'
import { wishPoster } from '#catalog/extras-poster.ts'
import { shownStoryboardPrefix } from '#catalog/extras-storyboard.ts'
import {
  findUnwantedOriginals,
  isUnwanted as isOriginalUnwanted,
  setKeepsOriginal,
  whenOriginalGoes,
} from '#catalog/originals.ts'
import { readQuotaUse } from '#catalog/quota.ts'
import { retryVideo } from '#catalog/retry-video.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { claimSmaller, recordSmallerPart } from '#catalog/smaller.ts'
import { makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { uploadFile } from '#support/upload-file.ts'
import { findDifferences } from '../../infra/reconcile/find-differences.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import type { Context } from './context.ts'
import { deleteOriginals } from './delete-originals.ts'
import { startTranscoder } from './start-transcoder.ts'

let site: TestSite
let context: Context
let transcoder: RunningProgram
let clip: string

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
  transcoder = await startTranscoder({ ...context.config, workerName: 'other' }, context.logger)
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1, width: 160, height: 120 })
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

/** Whole, with the pictures of its timeline. */
async function whole(): Promise<VideoRow> {
  const { id } = await site.upload(clip)
  return until(
    () => site.row(id),
    (row) => row.status === 'ready' && row.storyboard_source_key !== null,
  )
}

/** Looks, as a transcoder does once a minute, until it is gone. */
async function deleted({ id, source_key }: VideoRow): Promise<VideoRow> {
  await setKeepsOriginal(site.catalog.database, id, false)
  const row = await until(
    async () => {
      await deleteOriginals(context)
      return site.row(id)
    },
    (video) => video.source_key === null,
  )
  await until(
    () => site.storage.head(source_key!),
    (found) => found === null,
  )
  return row
}

async function replace(id: string, path: string): Promise<void> {
  await uploadFile(site, path, { replaces: id, fileName: 'new', title: '' })
}

const usedBytes = async () =>
  (await readQuotaUse(site.catalog.database, 'ada', { maxBytes: null, maxVideos: null })).usedBytes

describe('an original that its owner does not want to keep', () => {
  test('goes once everything is made of it, takes no space any more, and leaves all that is shown', async () => {
    const before = await whole()
    const usedBefore = await usedBytes()
    const { published_prefix, storyboard_prefix, poster_key } = before
    const after = await deleted(before)
    expect(after).toMatchObject({ status: 'ready', published_prefix, storyboard_prefix, poster_key, flags: [] })
    expect(shownStoryboardPrefix(after)).toBe(storyboard_prefix)
    expect(await usedBytes()).toBe(usedBefore - Number(before.source_bytes))
    expect(await site.read(`${published_prefix}/master.m3u8`)).toContain('#EXTM3U')
    const stores = { database: site.catalog.database, storage: site.storage }
    expect(await findDifferences(stores, new Date())).toMatchObject({ missing: [] })

    // A download is joined from what is shown.
    await setDownloads(site.catalog, before.id, 'everyone')
    await until(
      () => site.row(before.id),
      (row) => shownDownload(row) !== null,
    )
    // What can't be done without it is said.
    const moment = wishPoster(site.catalog, before.id, { atMs: 500 })
    await expect(moment).rejects.toMatchObject({ code: 'original_deleted' })
    expect(await wishPoster(site.catalog, before.id, { imageKey: 'sources/image' })).not.toBeNull()
    await expect(retryVideo(site.catalog, before.id)).rejects.toMatchObject({ code: 'nothing_to_retry' })
    expect((await site.row(before.id)).status).toBe('ready')
  })

  test('stays while something is still to be made of it, and where its owner thinks better of it', async () => {
    const { id } = await whole()
    const { database, jobs } = site.catalog
    const set = (values: object) => database.updateTable('video').set(values).where('id', '=', id).execute()
    const isUnwanted = async () => (await findUnwantedOriginals(database)).includes(id)
    await setKeepsOriginal(database, id, false)
    const told = async () => {
      const found = database.selectFrom('video').selectAll().select(isOriginalUnwanted.as('is_original_unwanted'))
      return whenOriginalGoes(await found.where('id', '=', id).executeTakeFirstOrThrow())
    }
    await until(isUnwanted, (unwanted) => unwanted)
    expect(await told()).toBe('soon')
    const still = [
      [{ status: 'playable' }, 'later'],
      [{ flags: ['ladder_failed'], failure_code: 'resource_limit' }, 'later'],
      [{ flags: ['ladder_failed'], failure_code: 'output_limit' }, 'never'],
      [{ flags: ['cancelled'], failure_code: 'cancelled' }, 'later'],
      [{ storyboard_source_key: 'sources/other' }, 'later'],
    ] as const
    const { status, flags, failure_code, storyboard_source_key, source_key } = await site.row(id)
    for (const [values, when] of still) {
      await set(values)
      expect([values, await isUnwanted(), await told()]).toEqual([values, false, when])
      await set({ status, flags, failure_code, storyboard_source_key })
    }
    await setKeepsOriginal(database, id, true)
    expect([await isUnwanted(), await told()]).toEqual([false, null])
    await setKeepsOriginal(database, id, false)
    const wish = { version: 1 as const, kind: 'poster' as const, videoId: id, wishId: 'w', from: { atMs: 0 } }
    await database.transaction().execute(async (transaction) => {
      await jobs.queueExtra(transaction, { ...wish, sourceKey: source_key! })
      const seen = await findUnwantedOriginals(transaction)
      expect(seen).not.toContain(id)
    })
  })

  test('is replaced under the same address, and where the new file is no video all is as before', async () => {
    const before = await deleted(await whole())
    const notes = join(site.folder, 'notes.txt')
    await writeFile(notes, 'no video at all')
    await replace(before.id, notes)
    const failed = await site.reaches(before.id, 'ready')
    expect(failed).toMatchObject({ source_key: null, failure_code: 'not_a_video', flags: ['replace_failed'] })
    expect(failed.published_prefix).toBe(before.published_prefix)
    expect(shownStoryboardPrefix(failed)).toBe(before.storyboard_prefix)
    await replace(before.id, clip)
    const after = await until(
      () => site.row(before.id),
      (row) => row.status === 'ready' && row.former === null && row.published_prefix !== before.published_prefix,
    )
    expect(after.failure_code).toBeNull()
  })

  test('keeps no other waiting where it can’t be deleted yet, and goes too where its playlist is missing', async () => {
    const [hard, other] = await Promise.all([whole(), whole()])
    const { database } = site.catalog
    expect((await claimSmaller(database, hard.id)).kind).toBe('claimed')
    const keep = (state: object) =>
      database
        .updateTable('smaller')
        .set({ state: JSON.stringify(state) })
        .where('video_id', '=', hard.id)
        .execute()
    // Written by nobody we know.
    await keep({ plan: { ladder: { renditions: 5 } } })
    await setKeepsOriginal(database, hard.id, false)
    await until(
      () => findUnwantedOriginals(database),
      (ids) => ids.includes(hard.id),
    )
    await deleteOriginals(context)
    await deleted(other)
    expect((await site.row(hard.id)).source_key).toBe(hard.source_key)
    await keep({})
    await site.storage.deletePrefix(`${hard.published_prefix}/master.m3u8`)
    await deleted(hard)
  })

  test('takes along AV1 that is still being made of it', async () => {
    const before = await whole()
    const { database } = site.catalog
    const taken = await claimSmaller(database, before.id)
    if (taken.kind !== 'claimed') throw new Error('not claimed')
    await recordSmallerPart(database, taken.claim, { rung: '120p', part: 0, made: {} })
    await deleted(before)
    const rows = await database.selectFrom('smaller').selectAll().where('video_id', '=', before.id).execute()
    expect(rows).toMatchObject([{ outcome: 'not_worth' }])
    expect(await recordSmallerPart(database, taken.claim, { rung: '120p', part: 1, made: {} })).toBe(false)
  })
})
