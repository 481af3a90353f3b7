import { randomUUID } from 'node:crypto'
import type { Insertable, Kysely, Transaction } from 'kysely'
import { createDraft } from '#catalog/drafts.ts'
import type { ImportRow, ImportTable } from '#catalog/import-table.ts'
import type { Database } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import type { Visibility } from '#contract/video.ts'
import { noBytes } from './claim-import.ts'

export type ImportWithVideo = ImportRow & { video_id: string; title: string }

interface Wish {
  ownerId: string
  url: URL
  title: string
  visibility: Visibility
  idempotencyKey: string | null
  perHour: number
}

/**
 * Makes the draft and the wish to fill it, both or none. The same key of the same person finds the first of both.
 * Throws `too_many_imports`, and `video_deleted` where the first one's video was deleted.
 */
export async function createImport(database: Kysely<Database>, wish: Wish): Promise<string> {
  const { ownerId, url, title, visibility, idempotencyKey } = wish
  return database.transaction().execute(async (transaction) => {
    await holdImports(transaction, ownerId)
    const known = idempotencyKey && (await findByKey(transaction, ownerId, idempotencyKey))
    if (known) return requireVideo(known)
    await requireRate(transaction, ownerId, wish.perHour)
    const videoId = await createDraft(transaction, { ownerId, title, visibility })
    await addRow(transaction, { ownerId, videoId, url: url.href, host: url.host, idempotencyKey })
    return videoId
  })
}

/** A new wish for the same address and video, with the bytes that are here; the failed one stays to be counted. Throws `import_arrived`, `too_many_imports`. */
export async function retryImport(database: Kysely<Database>, videoId: string, perHour: number): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const old = await transaction
      .selectFrom('import')
      .selectAll()
      .where('video_id', '=', videoId)
      .forUpdate()
      .executeTakeFirst()
    if (!old) throw new AppError('not_found')
    // Asked twice, it is on its way already.
    if (old.state === 'waiting' || old.state === 'fetching') return
    if (old.state === 'stored') throw new AppError('import_arrived')
    await holdImports(transaction, old.owner_id)
    await requireRate(transaction, old.owner_id, perHour)
    const { owner_id: ownerId, url, host, idempotency_key: idempotencyKey } = old
    const given = { ...noBytes, video_id: null, idempotency_key: null, url: '' }
    await transaction.updateTable('import').set(given).where('id', '=', old.id).execute()
    const kept = {
      upload_id: old.upload_id,
      validator: old.validator,
      received_bytes: Number(old.received_bytes),
      total_bytes: old.total_bytes === null ? null : Number(old.total_bytes),
    }
    await addRow(transaction, { ownerId, videoId, url, host, idempotencyKey }, kept)
    await transaction
      .updateTable('video')
      .set({ status: 'uploading', failure_code: null, failure_message: null, updated_at: new Date() })
      .where('id', '=', videoId)
      .where('status', '=', 'failed')
      .execute()
  })
}

/** The imports of a person that are not stored yet, newest first. */
export async function listImports(database: Kysely<Database>, ownerId: string): Promise<ImportWithVideo[]> {
  return importsWithVideo(database)
    .where('import.owner_id', '=', ownerId)
    .where('import.state', '!=', 'stored')
    .orderBy('import.created_at', 'desc')
    .limit(50)
    .execute()
}

/** Throws `not_found` where the video was not imported. */
export async function findImport(database: Kysely<Database>, videoId: string): Promise<ImportWithVideo> {
  const row = await importsWithVideo(database).where('import.video_id', '=', videoId).executeTakeFirst()
  if (!row) throw new AppError('not_found')
  return row
}

function importsWithVideo(database: Kysely<Database>) {
  return database
    .selectFrom('import')
    .innerJoin('video', 'video.id', 'import.video_id')
    .selectAll('import')
    .select(['video.title', 'video.id as video_id'])
}

/** Two requests at once would each find room for one: whoever begins an import waits for the other. */
async function holdImports(transaction: Transaction<Database>, ownerId: string): Promise<void> {
  await transaction.selectFrom('user').select('id').where('id', '=', ownerId).forNoKeyUpdate().execute()
}

async function findByKey(transaction: Transaction<Database>, ownerId: string, key: string) {
  return transaction
    .selectFrom('import')
    .select('video_id')
    .where('owner_id', '=', ownerId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
}

function requireVideo({ video_id }: { video_id: string | null }): string {
  if (!video_id) throw new AppError('video_deleted')
  return video_id
}

const hourMs = 60 * 60 * 1000

async function requireRate(transaction: Transaction<Database>, ownerId: string, perHour: number): Promise<void> {
  if (perHour === 0) throw new AppError('imports_off')
  const rows = await transaction
    .selectFrom('import')
    .select('created_at')
    .where('owner_id', '=', ownerId)
    .where('created_at', '>', new Date(Date.now() - hourMs))
    .orderBy('created_at', 'desc')
    .limit(perHour)
    .execute()
  if (rows.length < perHour) return
  const freeInMs = rows.at(-1)!.created_at.getTime() + hourMs - Date.now()
  const minutes = Math.max(1, Math.ceil(freeInMs / 60_000))
  throw new AppError('too_many_imports', `${perHour} imports an hour are allowed; try again in ${minutes} min.`)
}

async function addRow(
  transaction: Transaction<Database>,
  row: { ownerId: string; videoId: string; url: string; host: string; idempotencyKey: string | null },
  kept: Partial<Insertable<ImportTable>> = {},
): Promise<void> {
  const { ownerId, videoId, url, host, idempotencyKey } = row
  await transaction
    .insertInto('import')
    .values({
      ...kept,
      id: randomUUID(),
      owner_id: ownerId,
      video_id: videoId,
      url,
      host,
      idempotency_key: idempotencyKey,
    })
    .execute()
}
