import { randomUUID } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { S3Store } from '@tus/s3-store'
import { type DataStore, Server, type Upload } from '@tus/server'
import { acceptUpload } from '#catalog/accept-upload.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { uploadMetadataSchema } from '#contract/video.ts'
import { s3Settings } from '#storage/s3-settings.ts'
import type { Context } from '../context.ts'
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

const weekMs = 7 * 24 * 60 * 60 * 1000

/** tus: uploads that go on after a lost connection, a closed browser or a killed server. */
export async function createResumableUploads(context: Context): Promise<ResumableUploads> {
  const { accounts, catalog, config, logger } = context
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
      return undefined
    },
  })

  async function ownerOf(request: { headers: Headers }): Promise<string> {
    const me = await accounts.findReader(request.headers)
    if (!me) throw refusal(new AppError('not_signed_in'))
    return me.id
  }

  /** Bytes first, then the row: a crash between leaves an object that the next call finds again. */
  async function accept(upload: Upload): Promise<VideoRow> {
    const metadata = withoutNulls(upload.metadata)
    const uploadId = basename(upload.id)
    const sourceKey = await place.takeOver(uploadId)
    const video = await acceptUpload(catalog, {
      uploadId,
      ownerId: metadata.ownerId!,
      sourceKey,
      sizeBytes: upload.size ?? upload.offset,
      fileName: metadata.filename ?? '',
      title: titleOf(metadata),
      visibility: visibilityOf(metadata),
      videoId: metadata.videoId,
    })
    await place.forget(uploadId)
    return video
  }

  return {
    server,
    async finish(uploadId, ownerId) {
      const known = await findAccepted(context, uploadId, ownerId)
      if (known) return known
      const upload = await place.datastore.getUpload(place.folder + uploadId).catch(() => null)
      if (upload?.metadata?.ownerId !== ownerId) throw new AppError('not_found')
      const isWhole = upload.size !== undefined && upload.offset === upload.size
      return isWhole ? accept(upload) : null
    },
    async recover() {
      await server.cleanUpExpiredUploads().catch((error) => logger.warn({ err: error }, 'could not clean up uploads'))
      for (const id of await place.list()) {
        const upload = await place.datastore.getUpload(place.folder + id).catch(() => null)
        if (upload?.size && upload.offset === upload.size) await accept(upload)
      }
    },
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

/** Where unfinished bytes lie, and how they become a source: tus stores beside each storage adapter. */
interface Place {
  datastore: DataStore
  /** What the datastore's ids have before ours. */
  folder: string
  /** The storage key of the finished bytes; may be called again after a crash. */
  takeOver(id: string): Promise<string>
  /** Drops what tus noted about a finished upload. */
  forget(id: string): Promise<void>
  /** Our ids of all uploads that are not accepted yet. */
  list(): Promise<string[]>
}

async function openPlace(context: Context): Promise<Place> {
  return context.config.STORAGE_URL.startsWith('s3:') ? placeInS3(context) : placeOnDisk(context)
}

async function placeOnDisk({ config, storage }: Context): Promise<Place> {
  const directory = config.UPLOAD_FOLDER
  await mkdir(directory, { recursive: true })
  const datastore = new FileStore({ directory, expirationPeriodInMilliseconds: weekMs })
  return {
    datastore,
    folder: '',
    async takeOver(id) {
      await storage.adoptFile(`sources/${id}`, join(directory, id))
      return `sources/${id}`
    },
    async forget(id) {
      await datastore.configstore.delete(id)
    },
    async list() {
      const names = await readdir(directory)
      return names.filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json'))
    },
  }
}

function placeInS3({ config, storage }: Context): Place {
  const { bucket, prefix, clientConfig } = s3Settings(config.STORAGE_URL)
  const datastore = new S3Store({
    partSize: 8 * 1024 * 1024,
    expirationPeriodInMilliseconds: weekMs,
    // Tags are Amazon's; expiry is ours, by the upload's own date.
    useTags: false,
    s3ClientConfig: { bucket, ...clientConfig },
  })
  return {
    datastore,
    // tus's store uses the id as the object's key: finished bytes then lie where sources lie, and nothing is copied.
    folder: prefix ? `${prefix}/sources/` : 'sources/',
    takeOver: async (id) => `sources/${id}`,
    async forget(id) {
      await storage.deletePrefix(`sources/${id}.info`)
    },
    async list() {
      const ids: string[] = []
      for await (const { key } of storage.list('sources')) if (key.endsWith('.info')) ids.push(basename(key, '.info'))
      return ids
    },
  }
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
