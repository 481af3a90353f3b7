import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Server, type Upload } from '@tus/server'
import type { Request, Response } from 'express'
import { acceptUpload, type FinishedUpload } from '#catalog/accept-upload.ts'
import { findReplaced, requireReplaceable } from '#catalog/replace-source.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { beginUpload, endUpload } from '#catalog/unfinished-uploads.ts'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { uploadMetadataSchema } from '#contract/video.ts'
import type { Context } from '../context.ts'
import { asAppError } from '../http/answer-errors.ts'
import { DiskUploads } from './disk-uploads.ts'
import { quotaOf } from './limits.ts'
import { openPlace } from './open-place.ts'
import { patchOnDisk } from './patch-on-disk.ts'
import { refuseOtherKinds } from './refuse-other-kinds.ts'
import { requireRoom } from './require-room.ts'
import { sweepUploads, uploadIdPattern } from './sweep-uploads.ts'
import { UploadLocks } from './upload-locks.ts'
import { type UploadRequest, uploadRequest, withUploadRequest } from './upload-request.ts'
import { titleOf, visibilityOf } from './upload-source.ts'

export const resumablePath = '/api/uploads'

export interface ResumableUploads {
  /** Answers a request of the tus protocol for somebody who is known already. */
  handle(request: Request, response: Response, about: UploadRequest): Promise<void>
  /** What the store offers beyond the core of the protocol. */
  extensions: readonly string[]
  /** The video of a finished upload of this person, made now if a crash prevented it; null while bytes are missing. Throws `not_found`. */
  finish(uploadId: string, ownerId: string): Promise<VideoRow | null>
  /** Finishes what was whole when a former process was killed, and removes what nobody will finish. */
  recover(): Promise<void>
}

/** tus: uploads that go on after a lost connection, a closed browser or a killed server. */
export async function createResumableUploads(context: Context): Promise<ResumableUploads> {
  const { catalog, config, logger, storage } = context
  const place = await openPlace(context)
  const limits = { quota: quotaOf(config), mostUnfinished: config.UNFINISHED_UPLOADS }
  const locks = new UploadLocks()
  const server = new Server({
    path: resumablePath,
    datastore: place.datastore,
    locker: locks,
    lockDrainTimeout: drainMs,
    relativeLocation: true,
    namingFunction: () => place.folder + randomUUID(),
    generateUrl: (_request, { path, id }) => `${path}/${basename(id)}`,
    getFileIdFromRequest: (_request, lastPath) =>
      lastPath && uploadIdPattern.test(lastPath) ? place.folder + lastPath : undefined,
    maxSize: config.MAX_UPLOAD_BYTES,
    exposedHeaders: ['X-Video-Id', 'Upload-Expires'],
    allowedHeaders: ['Upload-Checksum'],
    async onUploadCreate(_request, upload) {
      const { ownerId } = uploadRequest()!
      if (upload.size === 0) throw new AppError('file_empty')
      const given = uploadMetadataSchema.safeParse(withoutNulls(upload.metadata))
      if (!given.success) throw new AppError('bad_request', 'The upload metadata could not be understood.')
      const sizeBytes = upload.size ?? 0
      const replaced = await findReplaceable(given.data.replaces, ownerId)
      await requireRoom(config, sizeBytes)
      const replaces = replaced && { ownerId: replaced.owner_id, sizeBytes: Number(replaced.source_bytes) }
      await beginUpload(catalog.database, { id: basename(upload.id), ownerId, sizeBytes, replaces }, limits)
      return { metadata: { ...given.data, ownerId } }
    },
    async onIncomingRequest(request, uploadId) {
      if (request.method === 'POST' || request.method === 'OPTIONS') return
      await requireOwn(uploadId)
    },
    onUploadFinish: async (_request, upload) => ({ headers: await finishUpload(upload) }),
    onResponseError: (_request, error) => explain(error),
  })
  const patch =
    place.datastore instanceof DiskUploads &&
    patchOnDisk({
      uploads: place.datastore,
      locks,
      mostBytes: config.MAX_UPLOAD_BYTES,
      drainMs,
      requireOwn,
      remove: removeUpload,
      finish: finishUpload,
      explain,
    })
  server.on('POST_TERMINATE', (_request, _response, id: string) => {
    endUpload(catalog.database, basename(id)).catch((error) => logger.warn({ err: error }, 'an upload is still noted'))
  })

  async function requireOwn(storedId: string): Promise<void> {
    const upload = await place.datastore.getUpload(storedId)
    // Another person's upload does not exist for you.
    if (upload.metadata?.ownerId !== uploadRequest()!.ownerId) throw new AppError('not_found')
  }

  async function finishUpload(upload: Upload): Promise<Record<string, string>> {
    const video = await accept(upload)
    return { 'X-Video-Id': video.id }
  }

  function explain(error: object): { status_code: number; body: string } {
    if (isTold(error)) return error
    const known = asAppError(place.explain(error))
    // Nothing of what went wrong inside is told, except what the sender can wait for or mend.
    if (known.status >= 500) logger.error({ err: error }, 'resumable upload failed')
    return { status_code: known.status, body: JSON.stringify({ error: { code: known.code, message: known.message } }) }
  }

  async function findReplaceable(videoId: string | undefined, ownerId: string): Promise<VideoRow | undefined> {
    return videoId ? requireReplaceable(catalog.database, videoId, ownerId) : undefined
  }

  /** Bytes first, then the row: after a crash in between, `find` knows the upload by the object that its bytes became. */
  async function accept(upload: Upload): Promise<VideoRow> {
    const uploadId = basename(upload.id)
    if (upload.size === 0) await refuse(uploadId, new AppError('file_empty'))
    const video = await takeIn(upload).catch((error) => {
      // Its draft was deleted while it was sent, its bytes are gone, or it is more than he may keep: nobody will ask for it again.
      const isRefused = error instanceof AppError && refusals.has(error.code)
      return isRefused ? refuse(uploadId, error) : Promise.reject(error)
    })
    await place.forget(uploadId)
    await endUpload(catalog.database, uploadId)
    return video
  }

  async function takeIn(upload: Upload): Promise<VideoRow> {
    const sourceKey = await place.takeOver(upload)
    const { body } = await storage.get(sourceKey, { start: 0, end: 511 })
    refuseOtherKinds(await buffer(body))
    return acceptUpload(catalog, { ...finishedUpload(upload, sourceKey), quota: limits.quota })
  }

  async function refuse(uploadId: string, error: AppError): Promise<never> {
    await removeUpload(uploadId)
    throw error
  }

  async function removeUpload(uploadId: string): Promise<void> {
    await place.remove(uploadId)
    await endUpload(catalog.database, uploadId)
  }

  return {
    handle: (request, response, about) =>
      withUploadRequest(about, () => {
        if (patch && request.method === 'PATCH') return patch(request, response, String(request.params.id), about)
        return server.handle(request, response)
      }),
    extensions: place.datastore.extensions,
    async finish(uploadId, ownerId) {
      const known = await findAccepted(context, uploadId, ownerId)
      if (known) return known
      const upload = await place.find(uploadId)
      if (upload?.metadata?.ownerId !== ownerId) throw new AppError('not_found')
      return isWhole(upload) ? accept(upload) : null
    },
    async recover() {
      for (const id of await place.list()) {
        const upload = await place.find(id)
        // An import accepts its own bytes. One that can't be accepted shall not keep the others from it.
        if (upload && isWhole(upload) && !upload.metadata?.importId)
          await accept(upload).catch((error) => logger.warn({ err: error, id }, 'could not accept an upload'))
      }
      await sweepUploads(context, place)
    },
  }
}

// A sender whose connection died without a word asks how far he got and shall not wait for it.
const drainMs = 500

/** What tus's library throws says itself what it is answered with. */
function isTold(error: object): error is { status_code: number; body: string } {
  return 'status_code' in error && typeof error.status_code === 'number' && error.status_code < 500
}

const refusals = new Set<string>(['not_found', 'not_a_video', 'nothing_to_replace', 'quota'] satisfies ErrorCode[])

function isWhole(upload: Upload): boolean {
  return upload.size !== undefined && upload.size > 0 && upload.offset === upload.size
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

function withoutNulls(metadata: Upload['metadata']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}
