import { type Kysely, sql } from 'kysely'
import { AppError } from '#contract/errors.ts'
import { keptBytes } from './originals.ts'
import { holdQuota, type QuotaDefaults, requireQuota } from './quota.ts'
import type { Database } from './schema.ts'

interface NewUpload {
  id: string
  ownerId: string
  /** 0 where it is not known yet. */
  sizeBytes: number
  /** The draft that it is for, of the same owner. */
  videoId?: string | undefined
  /** The video whose file it is to replace, and who keeps that. */
  replaces?: { videoId: string; ownerId: string; sizeBytes: number } | undefined
}

/**
 * Notes an upload before its first byte. Throws `quota`, `too_many_uploads`, and `video_deleted` where its draft is gone, or
 * somebody else's, which is nobody's business.
 */
export async function beginUpload(
  database: Kysely<Database>,
  { id, ownerId, sizeBytes, videoId, replaces }: NewUpload,
  limits: { quota: QuotaDefaults; mostUnfinished: number },
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await holdQuota(transaction, ownerId)
    if (videoId && (await findTarget(transaction, videoId))?.owner_id !== ownerId) throw new AppError('video_deleted')
    const keeper = replaces?.ownerId ?? ownerId
    const arriving = { ownerId: keeper, uploadId: id, bytes: sizeBytes, replacedBytes: replaces?.sizeBytes }
    await requireQuotaBeside(transaction, arriving, limits.quota)
    const unfinished = await transaction
      .selectFrom('unfinished_upload')
      .select('id')
      .where('owner_id', '=', ownerId)
      .limit(limits.mostUnfinished)
      .execute()
    if (unfinished.length >= limits.mostUnfinished) throw new AppError('too_many_uploads')
    await transaction
      .insertInto('unfinished_upload')
      .values({ id, owner_id: ownerId, video_id: videoId ?? null, replaces: replaces?.videoId ?? null })
      .execute()
  })
}

/** Notes a form that turned out to be long, so that its sender's other uploads are measured beside it. */
export async function noteForm(
  database: Kysely<Database>,
  { id, ownerId, replaces }: { id: string; ownerId: string; replaces: string | undefined },
): Promise<void> {
  await database
    .insertInto('unfinished_upload')
    .values({ id, owner_id: ownerId, replaces: replaces ?? null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Notes how far an upload is; one that nobody knows of stays unknown. */
export async function noteReceived(database: Kysely<Database>, id: string, receivedBytes: number) {
  return database
    .updateTable('unfinished_upload')
    .set({ received_bytes: receivedBytes })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
}

/**
 * Asked again and again while bytes arrive. Throws `video_deleted` where what it is for is gone, and `quota` where it and
 * `moreBytes` are too much beside everything else that its owner has under way. Throws `not_found` for an upload that is not noted.
 */
export async function requireGrowth(
  database: Kysely<Database>,
  { id, receivedBytes, moreBytes }: { id: string; receivedBytes: number; moreBytes: number },
  quota: QuotaDefaults,
): Promise<void> {
  const upload = await noteReceived(database, id, receivedBytes)
  // Taken back while its bytes arrive: nothing would count them.
  if (!upload) throw new AppError('not_found')
  const targetId = upload.video_id ?? upload.replaces
  const target = targetId === null ? undefined : await findTarget(database, targetId)
  if (targetId !== null && !target) throw new AppError('video_deleted')
  // Who may replace the file of somebody else's video does so on that one's account.
  const [keeper, replacedBytes] = upload.replaces === null ? [upload.owner_id] : [target!.owner_id, keptBytes(target!)]
  const bytes = receivedBytes + moreBytes
  await requireQuotaBeside(database, { ownerId: keeper, uploadId: id, bytes, replacedBytes }, quota)
}

interface Arriving {
  ownerId: string
  /** Empty where it is noted nowhere yet. */
  uploadId: string
  bytes: number
  replacedBytes?: number | undefined
}

/** Throws `quota` where these bytes are too much beside everything else that their owner keeps or has under way. */
export async function requireQuotaBeside(
  database: Kysely<Database>,
  { ownerId, uploadId, bytes, replacedBytes }: Arriving,
  quota: QuotaDefaults,
): Promise<void> {
  const others = await bytesUnderWay(database, ownerId, uploadId)
  await requireQuota(database, ownerId, others + bytes, quota, replacedBytes)
}

/** What a person's other uploads and imports have brought so far that is no video yet. */
export async function bytesUnderWay(database: Kysely<Database>, ownerId: string, exceptId: string): Promise<number> {
  const { rows } = await sql<{ bytes: string }>`
    SELECT coalesce(sum(received_bytes), 0) AS bytes
    FROM (
      SELECT id, received_bytes FROM unfinished_upload WHERE owner_id = ${ownerId}
      UNION ALL
      SELECT upload_id, received_bytes FROM import WHERE owner_id = ${ownerId} AND state <> 'stored'
    ) AS arriving
    WHERE id IS DISTINCT FROM ${exceptId}
    AND NOT EXISTS (SELECT FROM video WHERE video.upload_id = arriving.id)
  `.execute(database)
  return Number(rows[0]!.bytes)
}

async function findTarget(database: Kysely<Database>, videoId: string) {
  return database
    .selectFrom('video')
    .select(['owner_id', 'source_key', 'source_bytes'])
    .where('id', '=', videoId)
    .executeTakeFirst()
}

/** It became a video, was given up, or is too old. */
export async function endUpload(database: Kysely<Database>, id: string): Promise<void> {
  await database.deleteFrom('unfinished_upload').where('id', '=', id).execute()
}

/** Notes whose bytes are not there any more, or never came. */
export async function forgetUploads(
  database: Kysely<Database>,
  { olderThan, except }: { olderThan: Date; except: readonly string[] },
): Promise<void> {
  await database
    .deleteFrom('unfinished_upload')
    .where('created_at', '<', olderThan)
    .$if(except.length > 0, (query) => query.where('id', 'not in', [...except]))
    .execute()
}
