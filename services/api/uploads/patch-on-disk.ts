import { ERRORS, EXPOSED_HEADERS, type Upload } from '@tus/server'
import type { Request, Response } from 'express'
import { readAway } from '../http/read-away.ts'
import type { DiskUploads } from './disk-uploads.ts'
import { firstBytes } from './first-bytes.ts'
import { refuseOtherKinds } from './refuse-other-kinds.ts'
import type { UploadLocks } from './upload-locks.ts'
import { findOrNull, isGone } from './upload-place.ts'
import { type UploadReceiver, uploadReceiver } from './upload-receiver.ts'
import type { UploadRequest } from './upload-request.ts'

interface PatchOptions {
  uploads: DiskUploads
  locks: UploadLocks
  mostBytes: number
  /** How long a writer that is asked to let go may still write. */
  drainMs: number
  /** Throws where the upload is not for this person. */
  requireOwn(uploadId: string): Promise<void>
  /** Of an upload whose last byte came: headers of the answer. */
  finish(upload: Upload): Promise<Record<string, string>>
  /** The same where all its parts are whole, or have become a video already; nothing while some are not. */
  finishParts(uploadId: string): Promise<Record<string, string>>
  /** Throws away the upload of a request that said that nothing can become of it. */
  giveUpRefused(about: UploadRequest): Promise<void>
  /** What a fault is answered with. */
  explain(error: object): { status_code: number; body: string }
}

/**
 * The one request of tus that carries bytes, by the rules of its library and without the library: there each piece goes
 * through half a dozen streams, which takes as long as everything else together.
 */
export function patchOnDisk(options: PatchOptions) {
  return async (request: Request, response: Response, uploadId: string, about: UploadRequest) => {
    response.set({
      'Tus-Resumable': '1.0.0',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': `${EXPOSED_HEADERS}, X-Video-Id`,
    })
    try {
      const headers = readHeaders(request)
      await options.requireOwn(uploadId)
      // Before the lock: whoever sends nothing keeps nobody waiting.
      const receiver = uploadReceiver(options.uploads, uploadId, about.part)
      const head = headers.offset === 0 && receiver.isStart ? await firstBytes(request) : null
      const upload = await receive(options, request, { uploadId, receiver, headers, about, head })
      const told = await settle(options, { uploadId, upload, about })
      answer(request, response.status(204).set({ 'Upload-Offset': String(upload.offset), ...told }))
    } catch (error) {
      // Another request may have brought its last byte meanwhile: its sender asks again and is told of the video.
      const made = isGone(error) ? await options.finishParts(uploadId).catch(() => null) : null
      const { status_code, body } = options.explain(made?.['X-Video-Id'] ? ERRORS.INVALID_OFFSET : (error as object))
      await options.giveUpRefused(about)
      answer(request, response.status(status_code), body)
    }
  }
}

/** What follows from bytes that came: a video, or a note of how much of it is here. Also where nobody hears an answer any more. */
async function settle(
  { uploads, finish, finishParts }: PatchOptions,
  { uploadId, upload, about }: { uploadId: string; upload: Upload; about: UploadRequest },
): Promise<Record<string, string>> {
  const isWhole = upload.offset === upload.size
  if (isWhole && !about.part) return finish(upload)
  // Gone where another request brought the last of it meanwhile.
  const whole = about.part ? await findOrNull(uploads.getUpload(uploadId)) : upload
  if (whole) await about.growth.note(uploadId, whole.offset)
  return isWhole ? finishParts(uploadId) : expiryOf(upload, uploads)
}

interface PatchHeaders {
  offset: number
  lengthBytes: number | undefined
  declaredBytes: number | undefined
}

function readHeaders(request: Request): PatchHeaders {
  const { 'content-length': length, 'upload-length': declared, 'upload-offset': offset } = request.headers
  if (request.get('tus-resumable') !== '1.0.0') throw { status_code: 412, body: 'Tus-Resumable Required\n' }
  if (offset === undefined) throw ERRORS.MISSING_OFFSET
  const type = request.get('content-type')
  if (type === undefined) throw ERRORS.INVALID_CONTENT_TYPE
  if (type !== 'application/offset+octet-stream') throw invalid('content-type')
  return {
    offset: countOf('upload-offset', offset)!,
    declaredBytes: countOf('upload-length', declared),
    lengthBytes: length === undefined ? undefined : Number(length),
  }
}

function countOf(name: string, text: string | string[] | undefined): number | undefined {
  if (text === undefined) return undefined
  if (typeof text !== 'string' || !/^(0|[1-9]\d{0,15})$/.test(text)) throw invalid(name)
  return Number(text)
}

function invalid(name: string): { status_code: number; body: string } {
  return { status_code: 400, body: `Invalid ${name}\n` }
}

interface Asked {
  uploadId: string
  receiver: UploadReceiver
  headers: PatchHeaders
  about: UploadRequest
  /** Of the file; null in the middle of it. */
  head: Buffer | null
}

/** Takes the body while no other request writes. The upload as it is afterwards. */
async function receive(options: PatchOptions, request: Request, asked: Asked): Promise<Upload> {
  const ending = new AbortController()
  const leave = () => ending.abort()
  const requestRelease = () => void setTimeout(leave, options.drainMs)
  request.once('close', leave)
  try {
    const work = () => receiveAlone(options, request, asked, ending)
    return await options.locks.during(asked.receiver.lockId, work, { signal: ending.signal, requestRelease })
  } finally {
    request.off('close', leave)
  }
}

async function receiveAlone(options: PatchOptions, request: Request, asked: Asked, ending: AbortController) {
  const { headers, about, receiver, head } = asked
  const { upload, whole } = await receiver.find()
  if (isExpired(upload, options.uploads)) throw ERRORS.FILE_NO_LONGER_EXISTS
  if (upload.offset !== headers.offset) throw ERRORS.INVALID_OFFSET
  if (head) refuseOtherKinds(head)
  await declareLength(options, upload, headers.declaredBytes)
  const mostBytes = (upload.size ?? options.mostBytes) - upload.offset
  if ((headers.lengthBytes ?? 0) > mostBytes) throw ERRORS.ERR_SIZE_EXCEEDED
  const { offset } = headers
  // Beside receiving: what has arrived over a connection that is lost in this moment is kept, where no checksum is for
  // more than that.
  // Of a part, all that is missing of the file is asked for.
  const restBytes = whole.size === undefined ? about.lengthBytes : whole.size - whole.offset
  const allowed = about.growth.require(asked.uploadId, whole.offset, restBytes)
  allowed.catch(() => ending.abort())
  const appended = await receiver.receive(request, whole, { ...about, offset, mostBytes, signal: ending.signal })
  await allowed
  if (appended.isTooMuch) throw ERRORS.ERR_SIZE_EXCEEDED
  upload.offset = offset + appended.writtenBytes
  return upload
}

/** A length that was left open may be told with any of the bytes, once. */
async function declareLength(options: PatchOptions, upload: Upload, sizeBytes: number | undefined): Promise<void> {
  if (sizeBytes === undefined) return
  if (upload.size !== undefined || sizeBytes < upload.offset) throw ERRORS.INVALID_LENGTH
  if (sizeBytes > options.mostBytes) throw ERRORS.ERR_MAX_SIZE_EXCEEDED
  await options.uploads.declareUploadLength(upload.id, sizeBytes)
  upload.size = sizeBytes
}

export function isExpired(upload: Upload, uploads: DiskUploads): boolean {
  return Date.now() > expiresAtMs(upload, uploads)
}

function expiresAtMs({ creation_date: began }: Upload, uploads: DiskUploads): number {
  return (began ? Date.parse(began) : Date.now()) + uploads.getExpiration()
}

export function expiryOf(upload: Upload, uploads: DiskUploads): Record<string, string> {
  return { 'Upload-Expires': new Date(expiresAtMs(upload, uploads)).toUTCString() }
}

function answer(request: Request, response: Response, body = ''): void {
  if (request.socket.writableEnded || request.socket.destroyed) return
  readAway(request, response)
  response.end(body)
}
