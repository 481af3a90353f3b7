import type { Kysely, Transaction } from 'kysely'
import { AppError } from '#contract/errors.ts'
import type { FinishedUpload } from './accept-upload.ts'
import { mayManage } from './access.ts'
import { sweepAttempt } from './attempt-prefix.ts'
import { dropWaitingJobs } from './drop-waiting-jobs.ts'
import { formerFileOf, replaceFailedFlag } from './former-file.ts'
import type { Jobs } from './jobs.ts'
import { isOriginalDeleted, keptBytes } from './originals.ts'
import { forgetParts } from './parts.ts'
import { holdQuota, requireQuota } from './quota.ts'
import type { Database, VideoRow } from './schema.ts'

interface Stores {
  transaction: Transaction<Database>
  jobs: Pick<Jobs, 'queueTranscode' | 'queueSweepIn'>
}

type Replacing = Omit<FinishedUpload, 'replaces'> & { replaces: string }

/**
 * Gives a video another file. Its id and everything about it stay, and viewers keep what they are shown until the new file
 * has something to show. Whoever works on the file before finds out at his next word: the last command wins.
 * Safe to call twice for one upload. Throws `not_found` (also where the uploader may not), `nothing_to_replace` and `quota`.
 */
export async function replaceSource({ transaction, jobs }: Stores, upload: Replacing): Promise<VideoRow> {
  const video = await requireReplaceable(transaction, upload.replaces, upload.ownerId)
  await holdQuota(transaction, video.owner_id)
  // Locked in this order everywhere, then read again: another file may have come meanwhile.
  const locked = await findVideo(transaction, video.id).forUpdate().executeTakeFirst()
  const known = await findReplaced(transaction, upload)
  if (known) return known
  if (!locked || !hasFile(locked)) throw new AppError('not_found')
  if (upload.quota) {
    const { sizeBytes, quota } = upload
    await requireQuota(transaction, locked.owner_id, sizeBytes, quota, keptBytes(locked))
  }
  const replaced = await exchange(transaction, locked, upload)
  await letGoOfFormer({ transaction, jobs }, locked, replaced)
  await transaction
    .insertInto('replacement')
    .values({
      upload_id: upload.uploadId,
      video_id: video.id,
      uploaded_by: upload.ownerId,
      source_bytes: upload.sizeBytes,
    })
    .execute()
  await jobs.queueTranscode(transaction, video.id)
  return replaced
}

/** Throws `not_found` and `nothing_to_replace`; asked before the first byte, and again when all are there. */
export async function requireReplaceable(
  database: Kysely<Database>,
  videoId: string,
  uploaderId: string,
): Promise<VideoRow> {
  const video = await findVideo(database, videoId).executeTakeFirst()
  const uploader = await database
    .selectFrom('user')
    .select(['id', 'role'])
    .where('id', '=', uploaderId)
    .executeTakeFirst()
  if (!video || !mayManage(video, uploader ?? null)) throw new AppError('not_found')
  if (!hasFile(video)) throw new AppError('nothing_to_replace')
  return video
}

/** Whether there is anything that another file could take the place of. */
export function hasFile(video: Pick<VideoRow, 'source_key' | 'published_prefix'>): boolean {
  return video.source_key !== null || isOriginalDeleted(video)
}

/** The video whose file a finished upload of this person replaced, with the size of that upload. */
export async function findReplaced(
  database: Kysely<Database>,
  { uploadId, ownerId }: Pick<FinishedUpload, 'uploadId' | 'ownerId'>,
): Promise<VideoRow | undefined> {
  const found = await database
    .selectFrom('replacement')
    .innerJoin('video', 'video.id', 'replacement.video_id')
    .selectAll('video')
    .select('replacement.source_bytes as uploaded_bytes')
    .where('replacement.upload_id', '=', uploadId)
    .where('replacement.uploaded_by', '=', ownerId)
    .executeTakeFirst()
  if (!found) return undefined
  const { uploaded_bytes, ...video } = found
  return { ...video, source_bytes: uploaded_bytes }
}

function findVideo(database: Kysely<Database>, videoId: string) {
  return database.selectFrom('video').selectAll().where('id', '=', videoId)
}

async function exchange(transaction: Transaction<Database>, video: VideoRow, upload: Replacing): Promise<VideoRow> {
  // What was whole last is what comes back, however many files were tried since.
  const former = video.former ?? formerFileOf(video)
  const attempt = video.current_attempt + 1
  return transaction
    .updateTable('video')
    .set({
      source_key: upload.sourceKey,
      source_bytes: upload.sizeBytes,
      source_name: upload.fileName,
      former: former && JSON.stringify(former),
      // Nobody's number: every worker that has an attempt notices that it is not his any more.
      current_attempt: attempt,
      former_attempts: attempt,
      status: video.published_prefix ? 'playable' : 'queued',
      failure_code: null,
      failure_message: null,
      progress: null,
      flags: video.flags.filter((flag) => flag !== replaceFailedFlag),
      updated_at: new Date(),
    })
    .where('id', '=', video.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Ends what was being made of the file before; its bytes go too where they will never be gone back to. */
async function letGoOfFormer({ transaction, jobs }: Stores, before: VideoRow, after: VideoRow): Promise<void> {
  const attempt = { videoId: before.id, number: before.current_attempt }
  await forgetParts(transaction, attempt)
  await dropWaitingJobs(transaction, before.id)
  await sweepAttempt(transaction, jobs, attempt)
  if (before.source_key && after.former?.sourceKey !== before.source_key)
    await jobs.queueSweepIn(transaction, before.source_key, 0)
}
