import { basename } from 'node:path'
import { sql } from 'kysely'
import { forgetDeletedUploads } from '#catalog/deleted-uploads.ts'
import { forgetDrafts } from '#catalog/drafts.ts'
import { forgetUploads } from '#catalog/unfinished-uploads.ts'
import type { Context } from '../context.ts'
import { dropUpload } from './drop-upload.ts'
import { isNamed } from './is-named.ts'
import type { UploadLocks } from './upload-locks.ts'
import { type UploadPlace, weekMs } from './upload-place.ts'

type Stores = Pick<Context, 'catalog' | 'storage' | 'logger'>

// Whatever is younger may belong to something that is still on its way.
const youngestMs = 24 * 60 * 60 * 1000
// Between being noted in the database and having a place in the storage.
const creatingMs = 60 * 60 * 1000

export const uploadIdPattern = /^[0-9a-f-]{36}$/

/**
 * Removes what nobody will finish: uploads of which no byte came for a week and drafts as old, and after a day what a kill left behind that no
 * upload or video names. That an upload was deleted is remembered for a week, too.
 */
export async function sweepUploads(
  stores: Stores,
  { place, locks, nowMs = Date.now() }: { place: UploadPlace; locks: UploadLocks; nowMs?: number },
): Promise<void> {
  const { catalog, storage } = stores
  for (const id of await place.list()) await forgetExpired(stores, place, locks, id, nowMs)
  const ids = new Set(await place.list())
  await place.sweep(nowMs - youngestMs, ids)
  await storage.sweepUnfinished(nowMs - youngestMs, (key) => ids.has(basename(key)))
  await forgetSources(stores, place, nowMs - youngestMs)
  await forgetUploads(catalog.database, { olderThan: new Date(nowMs - creatingMs), except: [...ids] })
  await forgetDrafts(catalog.database, new Date(nowMs - weekMs))
  await forgetDeletedUploads(catalog.database, new Date(nowMs - weekMs))
}

/** One that is being sent at this moment is left alone, however old it is. */
async function forgetExpired(stores: Stores, place: UploadPlace, locks: UploadLocks, id: string, nowMs: number) {
  const letGo = locks.takeIfFree(place.folder + id)
  if (!letGo) return
  try {
    const touchedAtMs = await place.touchedAtMs(id)
    if (touchedAtMs !== null && nowMs - touchedAtMs > weekMs) await dropUpload(stores, place, id)
  } finally {
    letGo()
  }
}

/** What a kill between storing a form's file and its row left behind. */
async function forgetSources(stores: Stores, place: UploadPlace, beforeMs: number): Promise<void> {
  const named = await namedSources(stores)
  for await (const { key, modifiedAtMs } of stores.storage.list('sources')) {
    const id = basename(key)
    if (!uploadIdPattern.test(id) || modifiedAtMs > beforeMs || named.has(key)) continue
    // Named since, perhaps. In this order: the note of an upload goes only after its video is there.
    if ((await place.touchedAtMs(id)) !== null || (await isNamed(stores, key))) continue
    stores.logger.warn({ key }, 'a source that no video names is removed')
    await stores.storage.deletePrefix(key)
  }
}

/** Nearly all there are, so they are read at once instead of one after the other. */
async function namedSources({ catalog }: Stores): Promise<Set<string | null>> {
  const rows = await catalog.database
    .selectFrom('video')
    .select(['source_key', sql<string | null>`former->>'sourceKey'`.as('former_key')])
    .execute()
  return new Set(rows.flatMap(({ source_key, former_key }) => [source_key, former_key]))
}
