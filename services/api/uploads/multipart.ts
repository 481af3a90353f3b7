import { createHash, randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { acceptUpload } from '#catalog/accept-upload.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { cleanLine } from '#contract/video.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { storedKeyOf } from './form-storage.ts'
import { isNamed } from './is-named.ts'
import { quotaOf } from './quota-of.ts'
import { replacedIdOf } from './receive-multipart.ts'
import { titleOf, visibilityOf } from './upload-source.ts'

interface ReceivedFile {
  storageKey: string
  sizeBytes: number
  fileName: string
}

/**
 * Makes the video of a received form. The same `Idempotency-Key` of the same person always answers with the same video.
 * Throws `file_missing`, `file_empty`, and `video_deleted` where that video was deleted within the last week.
 */
export async function acceptMultipart(context: Context, request: Request): Promise<VideoRow> {
  const { catalog, storage } = context
  const me = await requireReader(context.accounts, request)
  const storageKey = storedKeyOf(request)
  if (!request.file || storageKey === null) throw new AppError('file_missing')
  const { size: sizeBytes, originalname: fileName } = request.file
  try {
    if (sizeBytes === 0) throw new AppError('file_empty')
    const video = await acceptFile(context, request, me.id, { storageKey, sizeBytes, fileName })
    // The key was used before: the video has its bytes already, these are a second copy.
    if (video.source_key !== storageKey) await storage.deletePrefix(storageKey)
    return video
  } catch (error) {
    // The client is told why and has to mend it; these bytes would be nobody's. Where the database broke off, its answer
    // may be lost and the video be there: then they stay, and the sweep looks again tomorrow.
    if (error instanceof AppError && !(await isNamed({ catalog }, storageKey))) await storage.deletePrefix(storageKey)
    throw error
  }
}

async function acceptFile(context: Context, request: Request, ownerId: string, file: ReceivedFile): Promise<VideoRow> {
  const metadata = { filename: file.fileName, title: textOf(request.body?.title) }
  return acceptUpload(context.catalog, {
    uploadId: uploadIdOf(ownerId, request.get('idempotency-key')),
    ownerId,
    sourceKey: file.storageKey,
    sizeBytes: file.sizeBytes,
    fileName: cleanLine(file.fileName.slice(0, 1_000)),
    title: titleOf(metadata),
    visibility: visibilityOf(request.body ?? {}),
    replaces: replacedIdOf(request),
    quota: quotaOf(context.config),
  })
}

function uploadIdOf(ownerId: string, idempotencyKey: string | undefined): string {
  if (!idempotencyKey) return `form-${randomUUID()}`
  return `form-${createHash('sha256').update(`${ownerId}|${idempotencyKey}`).digest('hex')}`
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
