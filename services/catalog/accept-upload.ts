import type { Transaction } from 'kysely'
import { AppError } from '#contract/errors.ts'
import { newVideoId } from '#contract/ids.ts'
import type { Visibility } from '#contract/video.ts'
import { requireNotDeleted } from './deleted-uploads.ts'
import type { Catalog } from './open-catalog.ts'
import { holdQuota, type QuotaDefaults, requireQuota } from './quota.ts'
import { findReplaced, replaceSource } from './replace-source.ts'
import type { Database, VideoRow } from './schema.ts'

export interface FinishedUpload {
  /** Names the upload for ever: a second report of the same id finds the video of the first. */
  uploadId: string
  ownerId: string
  sourceKey: string
  sizeBytes: number
  fileName: string
  title: string
  visibility: Visibility
  /** The video that was created before its first byte, for a recording. */
  videoId?: string
  /** The video whose file it takes the place of. */
  replaces?: string
  /** What its owner may keep; without it everything is taken. */
  quota?: QuotaDefaults
}

/**
 * Turns a finished upload into a `video` row and its transcode job, in one transaction.
 * Safe to call twice: tus may report the same upload again after a restart, and a client may repeat a request.
 * Throws `video_deleted` where the video that it became, or the draft that it was for, is gone, `not_found` where the video to replace is, `nothing_to_replace`, and `quota`.
 */
export async function acceptUpload({ database, jobs }: Catalog, upload: FinishedUpload): Promise<VideoRow> {
  return database.transaction().execute(async (transaction) => {
    if (upload.replaces) return replaceSource({ transaction, jobs }, { ...upload, replaces: upload.replaces })
    const source = {
      status: 'queued' as const,
      upload_id: upload.uploadId,
      source_key: upload.sourceKey,
      source_bytes: upload.sizeBytes,
      source_name: upload.fileName,
    }
    if (upload.quota) {
      await holdQuota(transaction, upload.ownerId)
      const known = await findByUpload(transaction, upload)
      if (known) return known
      await requireQuota(transaction, upload.ownerId, upload.sizeBytes, upload.quota)
    }
    const accepted = upload.videoId
      ? await transaction
          .updateTable('video')
          .set({ ...source, updated_at: new Date() })
          .where('id', '=', upload.videoId)
          .where('owner_id', '=', upload.ownerId)
          .where('status', '=', 'uploading')
          .returningAll()
          .executeTakeFirst()
      : await transaction
          .insertInto('video')
          .values({
            ...source,
            id: newVideoId(),
            owner_id: upload.ownerId,
            title: upload.title,
            visibility: upload.visibility,
          })
          .onConflict((conflict) => conflict.column('upload_id').doNothing())
          .returningAll()
          .executeTakeFirst()
    if (accepted) {
      // Asked last: whoever deletes that video in this moment was waited for.
      await requireNotDeleted(transaction, upload.uploadId)
      await jobs.queueTranscode(transaction, accepted.id)
      return accepted
    }
    const known = await findByUpload(transaction, upload)
    if (!known) throw new AppError('video_deleted')
    return known
  })
}

async function findByUpload(transaction: Transaction<Database>, upload: FinishedUpload): Promise<VideoRow | undefined> {
  const made = transaction.selectFrom('video').selectAll().where('upload_id', '=', upload.uploadId)
  // The same key of a form, sent once to replace a video and then without: it is the same upload all the same.
  return (await made.executeTakeFirst()) ?? findReplaced(transaction, upload)
}
