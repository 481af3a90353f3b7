import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { Server, type Upload } from '@tus/server'
import { acceptUpload, type FinishedUpload } from '#catalog/accept-upload.ts'
import { forgetDrafts } from '#catalog/drafts.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { uploadMetadataSchema } from '#contract/video.ts'
import type { Context } from '../context.ts'
import { asAppError } from '../http/answer-errors.ts'
import { requireRoom } from './require-room.ts'
import { openPlace, weekMs } from './upload-place.ts'
import { titleOf, visibilityOf } from './upload-source.ts'

export const resumablePath = '/api/uploads'

export interface ResumableUploads {
  server: Server
  /** The video of a finished upload of this person, made now if a crash prevented it; null while bytes are missing. Throws `not_found`. */
  finish(uploadId: string, ownerId: string): Promise<VideoRow | null>
  /** Finishes what was whole when a former process was killed, and removes what expired. */
  recover(): Promise<void>
}

export const uploadIdPattern = /^[0-9a-f-]{36}$/

/** tus: uploads that go on after a lost connection, a closed browser or a killed server. */
export async function createResumableUploads(context: Context): Promise<ResumableUploads> {
  const { accounts, catalog, config, logger, storage } = context
  const place = await openPlace(context)
  const server = new Server({
    path: resumablePath,
    datastore: place.datastore,
    relativeLocation: true,
    namingFunction: () => place.folder + randomUUID(),
    generateUrl: (_request, { path, id }) => `${path}/${basename(id)}`,
    getFileIdFromRequest: (_request, lastPath) =>
      lastPath && uploadIdPattern.test(lastPath) ? place.folder + lastPath : undefined,
    maxSize: config.MAX_UPLOAD_BYTES,
    exposedHeaders: ['X-Video-Id'],
    async onUploadCreate(request, upload) {
      const owner = await ownerOf(request)
      if (upload.size === 0) throw refusal(new AppError('file_empty'))
      const given = uploadMetadataSchema.safeParse(withoutNulls(upload.metadata))
      if (!given.success) throw refusal(new AppError('bad_request', 'The upload metadata could not be understood.'))
      await requireRoom(config, upload.size ?? 0).catch((error) => {
        throw refusal(error)
      })
      return { metadata: { ...given.data, ownerId: owner } }
    },
    async onIncomingRequest(request, uploadId) {
      if (request.method === 'POST' || request.method === 'OPTIONS') return
      const owner = await ownerOf(request)
      const upload = await place.datastore.getUpload(uploadId)
      // Another person's upload does not exist for you.
      if (upload.metadata?.ownerId !== owner) throw refusal(new AppError('not_found'))
    },
    async onUploadFinish(_request, upload) {
      const video = await accept(upload)
      return { headers: { 'X-Video-Id': video.id } }
    },
    onResponseError(_request, error) {
      if ('status_code' in error && error.status_code < 500) return undefined
      logger.error({ err: error }, 'resumable upload failed')
      // Nothing of what went wrong inside is told, except what the sender can wait for or mend.
      return refusal(asAppError(error))
    },
  })

  async function ownerOf(request: { headers: Headers }): Promise<string> {
    const me = await accounts.findReader(request.headers)
    if (!me) throw refusal(new AppError('not_signed_in'))
    return me.id
  }

  /** Bytes first, then the row: after a crash in between, `find` knows the upload by the object that its bytes became. */
  async function accept(upload: Upload): Promise<VideoRow> {
    const uploadId = basename(upload.id)
    const sourceKey = await place.takeOver(uploadId)
    const video = await acceptUpload(catalog, finishedUpload(upload, sourceKey)).catch(async (error) => {
      // Its draft was deleted while it was sent: nobody will ask for these bytes again.
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      await storage.deletePrefix(sourceKey)
      await place.forget(uploadId)
      throw refusal(error)
    })
    await place.forget(uploadId)
    return video
  }

  return {
    server,
    async finish(uploadId, ownerId) {
      const known = await findAccepted(context, uploadId, ownerId)
      if (known) return known
      const upload = await place.find(uploadId)
      if (upload?.metadata?.ownerId !== ownerId) throw new AppError('not_found')
      return isWhole(upload) ? accept(upload) : null
    },
    async recover() {
      await server.cleanUpExpiredUploads().catch((error) => logger.warn({ err: error }, 'could not clean up uploads'))
      for (const id of await place.list()) {
        const upload = await place.find(id)
        // One that can't be accepted shall not keep the others from it.
        if (upload && isWhole(upload))
          await accept(upload).catch((error) => logger.warn({ err: error, id }, 'could not accept an upload'))
      }
      await forgetDrafts(catalog.database, new Date(Date.now() - weekMs))
    },
  }
}

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
  return video ?? null
}

/** tus answers with what an error of this shape says. */
function refusal(error: AppError) {
  return { status_code: error.status, body: JSON.stringify({ error: { code: error.code, message: error.message } }) }
}

function withoutNulls(metadata: Upload['metadata']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}
