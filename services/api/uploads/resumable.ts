import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { Server, type Upload } from '@tus/server'
import type { Request, Response } from 'express'
import { keptBytes } from '#catalog/originals.ts'
import { requireReplaceable } from '#catalog/replace-source.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { beginUpload, endUpload } from '#catalog/unfinished-uploads.ts'
import { AppError } from '#contract/errors.ts'
import { mostUploadParts } from '#contract/upload-parts.ts'
import { uploadMetadataSchema } from '#contract/video.ts'
import type { Context } from '../context.ts'
import { asAppError, toldBody } from '../http/answer-errors.ts'
import {
  acceptResumable,
  endAccepted,
  endsUpload,
  findAccepted,
  giveUpUpload,
  withoutNulls,
} from './accept-resumable.ts'
import { DiskUploads } from './disk-uploads.ts'
import { headPart } from './head-part.ts'
import { patchOnDisk } from './patch-on-disk.ts'
import { quotaOf } from './quota-of.ts'
import { requireRoom } from './require-room.ts'
import { sweepUploads, uploadIdPattern } from './sweep-uploads.ts'
import { uploadGrowth } from './upload-growth.ts'
import { UploadLocks } from './upload-locks.ts'
import { isWhole, type UploadPlace } from './upload-place.ts'
import { type UploadRequest, uploadRequest, withUploadRequest } from './upload-request.ts'

export const resumablePath = '/api/uploads'

export interface ResumableUploads {
  /** Answers a request of the tus protocol for somebody who is known already. */
  handle(request: Request, response: Response, about: Omit<UploadRequest, 'growth'>): Promise<void>
  /** In how many parts side by side an upload may be sent. */
  mostParts: number
  /** The video of a finished upload of this person, made now if a crash prevented it; null while bytes are missing. Throws `not_found`. */
  finish(uploadId: string, ownerId: string): Promise<VideoRow | null>
  /** Finishes what was whole when a former process was killed, and removes what nobody will finish. */
  recover(): Promise<void>
}

/** tus: uploads that go on after a lost connection, a closed browser or a killed server. */
export function createResumableUploads(context: Context, place: UploadPlace): ResumableUploads {
  const { catalog, config, logger } = context
  const parts = { ...context, place }
  const growth = uploadGrowth(context)
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
    exposedHeaders: ['X-Video-Id', 'Upload-Expires', 'Upload-Parts'],
    allowedHeaders: ['Upload-Checksum', 'Upload-Parts'],
    async onUploadCreate(_request, upload) {
      const { ownerId, partCount } = uploadRequest()!
      if (upload.size === 0) throw new AppError('file_empty')
      const given = uploadMetadataSchema.safeParse(withoutNulls(upload.metadata))
      if (!given.success) throw new AppError('bad_request', 'The upload metadata could not be understood.')
      const sizeBytes = upload.size ?? 0
      const replaced = await findReplaceable(given.data.replaces, ownerId)
      await requireRoom(config, sizeBytes)
      const replaces = replaced && {
        videoId: replaced.id,
        ownerId: replaced.owner_id,
        sizeBytes: keptBytes(replaced),
      }
      const { videoId } = given.data
      const id = basename(upload.id)
      await beginUpload(catalog.database, { id, ownerId, sizeBytes, videoId, replaces }, limits)
      uploadRequest()!.ownUploadId = id
      return { metadata: { ...given.data, ownerId, ...(partCount && { parts: String(partCount) }) } }
    },
    async onIncomingRequest(request, uploadId) {
      if (request.method === 'POST' || request.method === 'OPTIONS') return
      await requireOwn(uploadId)
    },
    onUploadFinish: async (_request, upload) => ({ headers: await finishUpload(upload) }),
    onResponseError: (_request, error) => explain(error),
  })
  const uploads = place.datastore instanceof DiskUploads ? place.datastore : null
  const patch =
    uploads &&
    patchOnDisk({
      uploads,
      locks,
      mostBytes: config.MAX_UPLOAD_BYTES,
      drainMs,
      requireOwn,
      finish: finishUpload,
      async finishParts(id): Promise<Record<string, string>> {
        const video = await finish(id, uploadRequest()!.ownerId)
        return video ? { 'X-Video-Id': video.id } : {}
      },
      giveUpRefused,
      explain,
    })
  server.on('POST_TERMINATE', (_request, _response, id: string) => {
    endUpload(catalog.database, basename(id)).catch((error) => logger.warn({ err: error }, 'an upload is still noted'))
  })

  async function requireOwn(storedId: string): Promise<void> {
    const upload = await place.datastore.getUpload(storedId)
    // Another person's upload does not exist for you.
    if (upload.metadata?.ownerId !== uploadRequest()!.ownerId) throw new AppError('not_found')
    uploadRequest()!.ownUploadId = basename(storedId)
  }

  /** While nobody sends any of it. */
  function alone<Done>(id: string, work: () => Promise<Done>): Promise<Done> {
    return locks.during(place.folder + id, work)
  }

  async function giveUpRefused({ isRefused, ownUploadId }: UploadRequest): Promise<void> {
    if (!isRefused || !ownUploadId) return
    await alone(ownUploadId, () => giveUpUpload(parts, ownUploadId)).catch((error) =>
      logger.warn({ err: error, id: ownUploadId }, 'a refused upload is left to the sweep'),
    )
  }

  async function finish(uploadId: string, ownerId: string): Promise<VideoRow | null> {
    const known = await findAccepted(context, uploadId, ownerId)
    if (known) return known
    const upload = await place.find(uploadId)
    if (upload?.metadata?.ownerId === ownerId)
      return isWhole(upload) ? alone(uploadId, () => accept(uploadId, ownerId)) : null
    // Another request may have made the video meanwhile.
    const made = upload ? null : await findAccepted(context, uploadId, ownerId)
    if (!made) throw new AppError('not_found')
    return made
  }

  /** Of several requests that find an upload whole, the first makes its video. */
  async function accept(uploadId: string, ownerId: string): Promise<VideoRow> {
    const upload = await place.find(uploadId)
    const made = await findAccepted(context, uploadId, ownerId)
    if (!made && !upload) throw new AppError('not_found')
    if (!made) return acceptResumable(parts, upload!)
    // A kill came between making it and forgetting that it was on its way.
    if (upload) await endAccepted(parts, uploadId)
    return made
  }

  async function finishUpload(upload: Upload): Promise<Record<string, string>> {
    const video = await acceptResumable(parts, upload)
    return { 'X-Video-Id': video.id }
  }

  async function recoverOne(id: string): Promise<void> {
    const upload = await place.find(id)
    const { ownerId, importId } = upload?.metadata ?? {}
    // An import accepts its own bytes.
    if (upload && isWhole(upload) && ownerId && !importId) await alone(id, () => accept(id, ownerId))
  }

  function explain(error: object): { status_code: number; body: string } {
    if (isTold(error)) return error
    const known = asAppError(place.explain(error))
    const request = uploadRequest()
    if (request && endsUpload(known)) request.isRefused = true
    // Nothing of what went wrong inside is told, except what the sender can wait for or mend.
    if (known.status >= 500) logger.error({ err: error }, 'resumable upload failed')
    return { status_code: known.status, body: JSON.stringify(toldBody(known)) }
  }

  async function findReplaceable(videoId: string | undefined, ownerId: string): Promise<VideoRow | undefined> {
    return videoId ? requireReplaceable(catalog.database, videoId, ownerId) : undefined
  }

  return {
    handle: (request, response, about) =>
      withUploadRequest({ ...about, growth }, async (known) => {
        const id = String(request.params.id)
        if (patch && request.method === 'PATCH') return patch(request, response, id, known)
        if (uploads && known.part)
          return headPart({ uploads, locks, requireOwn, explain }, response, { uploadId: id, part: known.part })
        await server.handle(request, response)
        await giveUpRefused(known)
      }),
    mostParts: uploads ? mostUploadParts : 1,
    finish,
    async recover() {
      // One that can't be read or accepted shall not keep the others from it.
      for (const id of await place.list())
        await recoverOne(id).catch((error) => logger.warn({ err: error, id }, 'could not accept an upload'))
      await sweepUploads(context, { place, locks })
    },
  }
}

// A sender whose connection died without a word asks how far he got and shall not wait for it.
const drainMs = 500

/** What tus's library throws says itself what it is answered with. */
function isTold(error: object): error is { status_code: number; body: string } {
  return 'status_code' in error && typeof error.status_code === 'number' && error.status_code < 500
}
