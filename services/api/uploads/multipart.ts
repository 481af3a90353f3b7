import { createHash, randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Request, RequestHandler } from 'express'
import multer, { type StorageEngine } from 'multer'
import { acceptUpload } from '#catalog/accept-upload.ts'
import { requireQuota } from '#catalog/quota.ts'
import { requireReplaceable } from '#catalog/replace-source.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { videoIdSchema } from '#contract/ids.ts'
import { cleanLine } from '#contract/video.ts'
import type { ObjectInfo, Storage } from '#storage/storage.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { firstBytes } from './first-bytes.ts'
import { quotaOf } from './limits.ts'
import { refuseOtherKinds } from './refuse-other-kinds.ts'
import { requireRoom } from './require-room.ts'
import { newSourceKey, titleOf, visibilityOf } from './upload-source.ts'

// Of a form beside its file: what is sure to be the file's is asked about before it is sent, the rest afterwards.
const mostOtherBytes = 2 * 1024 * 1024

interface StoredFile extends Express.Multer.File {
  storageKey: string
}

/** Reads one multipart field `file` straight into storage; nothing of the body is held in memory. */
export function receiveMultipart({ accounts, catalog, storage, config }: Context): RequestHandler[] {
  const receive = multer({
    storage: intoStorage(storage),
    limits: { fileSize: config.MAX_UPLOAD_BYTES, files: 1, fields: 20, fieldSize: 64 * 1024, fieldNestingDepth: 1 },
    defParamCharset: 'utf8',
  })
  return [
    async (request, response, next) => {
      // Asked before a byte is stored: who may not upload shall not fill the disk.
      const me = await requireReader(accounts, request)
      const bodyBytes = Number(request.get('content-length') ?? 0)
      if (bodyBytes > config.MAX_UPLOAD_BYTES + mostOtherBytes) {
        // Else the whole body is read before the answer.
        response.set('Connection', 'close')
        throw new AppError('file_too_large')
      }
      await requireRoom(config, bodyBytes)
      const replacedId = replacedIdOf(request)
      const replaced = replacedId && (await requireReplaceable(catalog.database, replacedId, me.id))
      const keeper = replaced ? replaced.owner_id : me.id
      const replacedBytes = replaced ? Number(replaced.source_bytes) : undefined
      const fileBytes = Math.max(0, bodyBytes - mostOtherBytes)
      await requireQuota(catalog.database, keeper, fileBytes, quotaOf(config), replacedBytes)
      next()
    },
    (request, response, next) => {
      const mostBytes = config.MAX_UPLOAD_BYTES + mostOtherBytes
      let receivedBytes = 0
      const isOver = () => receivedBytes > mostBytes
      const end = async (error?: unknown) => {
        if (!isOver()) next(isAborted(error) ? await faultOf(request, error) : error)
      }
      const count = (piece: Buffer) => {
        receivedBytes += piece.length
        if (!isOver()) return
        // The parser of forms reads what it refuses to its end, and this one need not have any.
        request.off('data', count)
        response.set('Connection', 'close')
        const error = new AppError('file_too_large')
        puts.get(request)?.body.destroy(error)
        next(error)
      }
      receive.single('file')(request, response, end)
      request.on('data', count)
    },
  ]
}

/**
 * Makes the video of a received form. The same `Idempotency-Key` of the same person always answers with the same video.
 * Throws `file_missing` or `file_empty`.
 */
export async function acceptMultipart(context: Context, request: Request): Promise<VideoRow> {
  const me = await requireReader(context.accounts, request)
  const file = request.file as StoredFile | undefined
  if (!file) throw new AppError('file_missing')
  if (file.size === 0) {
    await context.storage.deletePrefix(file.storageKey)
    throw new AppError('file_empty')
  }
  try {
    return await acceptFile(context, request, me.id, file)
  } catch (error) {
    // The client is told why and has to mend it; these bytes would be nobody's. Where the database broke off, its answer
    // may be lost and the video be there: then they stay, and the sweep looks again tomorrow.
    if (error instanceof AppError) await context.storage.deletePrefix(file.storageKey)
    throw error
  }
}

async function acceptFile(context: Context, request: Request, ownerId: string, file: StoredFile): Promise<VideoRow> {
  const metadata = { filename: file.originalname, title: textOf(request.body?.title) }
  const video = await acceptUpload(context.catalog, {
    uploadId: uploadIdOf(ownerId, request.get('idempotency-key')),
    ownerId,
    sourceKey: file.storageKey,
    sizeBytes: file.size,
    fileName: cleanLine(file.originalname.slice(0, 1_000)),
    title: titleOf(metadata),
    visibility: visibilityOf(request.body ?? {}),
    replaces: replacedIdOf(request),
    quota: quotaOf(context.config),
  })
  // The key was used before: the video has its bytes already, these are a second copy.
  if (video.source_key !== file.storageKey) await context.storage.deletePrefix(file.storageKey)
  return video
}

/** The video whose file this one replaces: a field of the form or, so that it is known before the file, of the query. */
function replacedIdOf({ body, query }: Request): string | undefined {
  const given: unknown = body?.replaces ?? query.replaces
  if (given === undefined) return undefined
  const id = videoIdSchema.safeParse(given)
  if (!id.success) throw new AppError('not_found')
  return id.data
}

function uploadIdOf(ownerId: string, idempotencyKey: string | undefined): string {
  if (!idempotencyKey) return `form-${randomUUID()}`
  return `form-${createHash('sha256').update(`${ownerId}|${idempotencyKey}`).digest('hex')}`
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

const puts = new WeakMap<object, { body: Readable; put: Promise<unknown> }>()

/** Why the bytes could not be stored: the parser of forms hears only that nobody reads on, and hears it first. */
async function faultOf(request: object, error: unknown): Promise<unknown> {
  return puts.get(request)?.put.then(
    () => error,
    (fault) => fault,
  )
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

async function putMedia(storage: Storage, key: string, body: Readable): Promise<ObjectInfo> {
  refuseOtherKinds(await firstBytes(body))
  return storage.put(key, body)
}

function intoStorage(storage: Storage): StorageEngine {
  return {
    _handleFile(request, file, done) {
      const storageKey = newSourceKey()
      const put = putMedia(storage, storageKey, file.stream)
      puts.set(request, { body: file.stream, put })
      put.then(
        (info) => done(null, { size: info.sizeBytes, storageKey } as Partial<StoredFile>),
        (error) => done(error),
      )
    },
    _removeFile(_request, file, done) {
      storage.deletePrefix((file as StoredFile).storageKey).then(() => done(null), done)
    },
  }
}
