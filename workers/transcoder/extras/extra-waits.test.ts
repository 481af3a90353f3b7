import { globSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExtraJob } from '#catalog/extras.ts'
import { setDownloads } from '#catalog/extras-download.ts'
import { AppError } from '#contract/errors.ts'
import { makeClip } from '#support/media.ts'
import { storageWith } from '#support/storage-with.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { workWhole } from '#support/work-whole.ts'
import type { Context } from '../context.ts'
import { workExtra } from './work-extra.ts'

let site: TestSite
let context: Context
let full: Context
let clip: string
beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
  full = { ...context, toolbox: { ...context.toolbox, leastFreeMb: 1e12 } }
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1 })
})
afterAll(() => site?.close())

function lastTry(data: ExtraJob) {
  return { id: crypto.randomUUID(), data, signal: context.stopping, isLastTry: true, isSpent: false }
}

test('a full disk ends no extra for ever: at its last try too it waits, and is made once there is room', async () => {
  const { id, source_key } = await site.upload(clip)
  await workWhole(context, id)
  await setDownloads(site.catalog, id, 'everyone')
  const { published_prefix } = await site.row(id)
  const base = { version: 1, videoId: id, sourceKey: source_key! } as const
  const storyboard = lastTry({ ...base, kind: 'storyboard' })
  const download = lastTry({ ...base, kind: 'download', prefix: published_prefix! })
  for (const extra of [storyboard, download]) expect(await workExtra(full, extra)).toBe('not_now')
  expect(await site.row(id)).toMatchObject({ storyboard_source_key: null, download_of: null })
  for (const extra of [storyboard, download]) expect(await workExtra(context, extra)).toBe('done')
  expect(await site.row(id)).toMatchObject({ storyboard_source_key: source_key, download_of: published_prefix })
})

test('an extra that waits is put back by the queue and has lost no try', async () => {
  const { id, source_key } = await site.upload(clip)
  const { jobs, pool } = site.catalog
  await jobs.queueExtra(undefined, { version: 1, kind: 'storyboard', videoId: id, sourceKey: source_key! })
  await jobs.workExtra((taken) => workExtra(full, taken))
  const find = "SELECT state, retry_count, start_after > now() AS is_later FROM pgboss.job WHERE data->>'videoId' = $1"
  const { rows } = await until(
    () => pool.query(`${find} AND name = 'extra'`, [id]),
    (found) => found.rows[0]?.is_later,
  )
  expect(rows).toEqual([{ state: 'created', retry_count: 0, is_later: true }])
  expect((await site.row(id)).storyboard_source_key).toBeNull()
})

test('an extra whose storage was away waits, although the storage is back before that is told', async () => {
  const { id, source_key } = await site.upload(clip)
  const away = async () => {
    throw new AppError('unavailable')
  }
  let asked = 0
  const storage = storageWith(site.storage, {
    async put(key, body, options) {
      await site.catalog.database.deleteFrom('video').where('id', '=', id).execute()
      return site.storage.put(key, body, options)
    },
    deletePrefix: away,
    check: () => (asked++ === 0 ? away() : site.storage.check()),
  })
  const storyboard = lastTry({ version: 1, kind: 'storyboard', videoId: id, sourceKey: source_key! })
  expect(await workExtra({ ...context, storage }, storyboard)).toBe('not_now')
})

test('an extra of a video that is deleted meanwhile is not made to its end', async () => {
  // With one keyframe every picture has to be decoded, which takes longer than two looks for the video.
  const long = join(site.folder, 'long.mp4')
  await makeClip(long, { seconds: 400, width: 640, height: 360, audio: null, keyframeSeconds: 1_000 })
  const { id, source_key } = await site.upload(long)
  await site.catalog.database.updateTable('video').set({ status: 'ready' }).where('id', '=', id).execute()
  const stored: string[] = []
  const storage = storageWith(site.storage, {
    async adoptFile(key, path) {
      stored.push(key)
      return site.storage.adoptFile(key, path)
    },
  })
  const making = workExtra(
    { ...context, storage },
    lastTry({ version: 1, kind: 'storyboard', videoId: id, sourceKey: source_key! }),
  )
  const folder = context.config.workFolder
  await until(
    async () => globSync(`${folder}/${id}-extra-*/sheets/0.jpg`),
    (sheets) => sheets.length > 0,
  )
  await site.catalog.database.deleteFrom('video').where('id', '=', id).execute()
  expect(await making).toBe('done')
  expect(stored).toEqual([])
  expect(await readdir(folder)).toEqual([])
})
