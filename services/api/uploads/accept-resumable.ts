import { basename } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Upload } from '@tus/server'
import { acceptUpload, type FinishedUpload } from '#catalog/accept-upload.ts'
import { findReplaced } from '#catalog/replace-source.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { endUpload } from '#catalog/unfinished-uploads.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { dropUpload } from './drop-upload.ts'
import { quotaOf } from './quota-of.ts'
import { refuseOtherKinds } from './refuse-other-kinds.ts'
import type { UploadPlace } from './upload-place.ts'
import { titleOf, visibilityOf } from './upload-source.ts'

export type AcceptingParts = Pick<Context, 'catalog' | 'config' | 'storage'> & { place: UploadPlace }

/**
 * Makes the video of an upload that is whole. Bytes first, then the row: after a crash in between, `find` knows the upload
 * by the object that its bytes became. What can't become a video is thrown away, and why is thrown.
 */
export async function acceptResumable(parts: AcceptingParts, upload: Upload): Promise<VideoRow> {
  const uploadId = basename(upload.id)
  try {
    if (upload.size === 0) throw new AppError('file_empty')
    const video = await takeIn(parts, upload)
    await endAccepted(parts, uploadId)
    return video
  } catch (error) {
    // Nobody will ask for it again.
    if (error instanceof AppError && refusals.has(error.code)) await giveUpUpload(parts, uploadId)
    throw error
  }
}

/** Of an upload that became a video. */
export async function endAccepted({ catalog, place }: AcceptingParts, uploadId: string): Promise<void> {
  await place.forget(uploadId)
  await endUpload(catalog.database, uploadId)
}

/** Of an upload of which nothing can become, whatever there is of it. */
export async function giveUpUpload({ catalog, place }: AcceptingParts, uploadId: string): Promise<void> {
  await dropUpload({ catalog }, place, uploadId)
  await endUpload(catalog.database, uploadId)
}

/** Whether an upload that ends with this while its bytes arrive is to be given up. */
export function endsUpload({ code }: AppError): boolean {
  return ending.has(code)
}

const ending = new Set<string>(['not_a_video', 'quota', 'quota_videos', 'video_deleted'] satisfies ErrorCode[])
const refusals = new Set<string>([
  ...ending,
  ...(['file_empty', 'not_found', 'nothing_to_replace'] satisfies ErrorCode[]),
])

async function takeIn({ place, storage, catalog, config }: AcceptingParts, upload: Upload): Promise<VideoRow> {
  const sourceKey = await place.takeOver(upload)
  const finished = finishedUpload(upload, sourceKey)
  const { body } = await storage.get(sourceKey, { start: 0, end: Math.min(512, finished.sizeBytes) - 1 })
  refuseOtherKinds(await buffer(body))
  return acceptUpload(catalog, { ...finished, quota: quotaOf(config) })
}

function finishedUpload(upload: Upload, sourceKey: string): FinishedUpload {
  const metadata = withoutNulls(upload.metadata)
  return {
    uploadId: basename(upload.id),
    ownerId: metadata.ownerId!,
    sourceKey,
    sizeBytes: upload.size ?? upload.offset,
    fileName: metadata.filename ?? '',
    title: titleOf(metadata),
    visibility: visibilityOf(metadata),
    videoId: metadata.videoId,
    replaces: metadata.replaces,
  }
}

/** The video that this upload of this person became, also where its file was replaced since. */
export async function findAccepted(
  { catalog }: Pick<Context, 'catalog'>,
  uploadId: string,
  ownerId: string,
): Promise<VideoRow | null> {
  const video = await catalog.database
    .selectFrom('video')
    .selectAll()
    .where('upload_id', '=', uploadId)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
  if (video) return video
  return (await findReplaced(catalog.database, { uploadId, ownerId })) ?? null
}

export function withoutNulls(metadata: Upload['metadata']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}
