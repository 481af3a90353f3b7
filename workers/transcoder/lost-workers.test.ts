import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelVideo } from '#catalog/cancel-video.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import type { Storage } from '#storage/storage.ts'
import { makeClip } from '#support/media.ts'
import { storageWith } from '#support/storage-with.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workNext, workWhole } from '#support/work-whole.ts'
import type { Context } from './context.ts'
import { isGrowing } from './media/hls/growing-playlist.ts'

let site: TestSite
let context: Context
let clip: string

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1, width: 160, height: 120 })
})
afterAll(() => site?.close())

/** A video that was read and cut, and whose first version is shown. */
async function planned(): Promise<string> {
  const { id } = await site.upload(clip)
  await workNext(context, id)
  return id
}

async function partsOf(videoId: string) {
  return site.catalog.database.selectFrom('transcode_part').selectAll().where('video_id', '=', videoId).execute()
}

/** As workers leave it that were killed, one after the other, while they made the first version. */
async function loseFirst(videoId: string): Promise<void> {
  const { pool } = site.catalog
  await pool.query(
    `UPDATE transcode_part SET state = 'active', worker = 'killed', tries_spent = $2, result = NULL
     WHERE video_id = $1 AND kind = 'first'`,
    [videoId, maxAttempts],
  )
  await pool.query("UPDATE pgboss.job SET state = 'retry' WHERE data->>'videoId' = $1 AND data->>'kind' = 'video'", [
    videoId,
  ])
}

test('a first version that killed its workers is given up, its poster is kept, and the ladder is made', async () => {
  const id = await planned()
  await loseFirst(id)
  await workWhole(context, id)
  expect(await site.row(id)).toMatchObject({
    ...{ status: 'ready', flags: [], failure_code: null },
    ...{ published_prefix: `videos/${id}/a1/ladder`, poster_key: `videos/${id}/a1/poster/poster.jpg` },
  })
})

/** Fails where a first version is led on to what took its place, as if the worker were killed there. */
function killedAfterSwitch(storage: Storage): Storage {
  return storageWith(storage, {
    async put(key, body, options) {
      if (key.endsWith('/remux/all/playlist.m3u8') && String(body).includes('goes on elsewhere'))
        throw new Error('killed')
      return storage.put(key, body, options)
    },
  })
}

test('where the worker is lost between the switch and the end of what grew before, the next one ends that', async () => {
  const id = await planned()
  const growing = `videos/${id}/a1/remux/all/playlist.m3u8`
  const text = await site.read(growing)
  await site.storage.put(growing, Buffer.from(text.replace('#EXT-X-ENDLIST\n', '')))
  expect(isGrowing(await site.read(growing))).toBe(true)
  await expect(workWhole({ ...context, storage: killedAfterSwitch(site.storage) }, id)).rejects.toThrow('killed')
  const shown = await site.row(id)
  expect(shown).toMatchObject({ status: 'ready', published_prefix: `videos/${id}/a1/ladder` })
  expect(isGrowing(await site.read(growing))).toBe(true)

  await workWhole(context, id)
  expect(await site.read(growing)).toMatch(/goes on elsewhere\n#EXT-X-ENDLIST\n$/)
  expect(await partsOf(id)).toEqual([])
  const attempts = site.catalog.database.selectFrom('transcode_attempt').select('outcome')
  expect(await attempts.where('video_id', '=', id).execute()).toEqual([{ outcome: 'ready' }])
  expect(await site.row(id)).toEqual(shown)
})

test('nothing is remembered of parts whose video was stopped', async () => {
  const id = await planned()
  expect(await partsOf(id)).not.toEqual([])
  await cancelVideo(site.catalog, id)
  expect(await partsOf(id)).toEqual([])
  await workWhole(context, id)
  expect(await site.row(id)).toMatchObject({ status: 'ready', failure_code: 'cancelled' })
})
