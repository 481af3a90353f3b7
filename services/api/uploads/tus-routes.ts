import { type Request, type RequestHandler, type Response, Router } from 'express'
import { AppError } from '#contract/errors.ts'
import { parsePart, partRange, type UploadPart } from '#contract/upload-parts.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { findAccepted } from './accept-resumable.ts'
import { checksumAlgorithms, parseChecksum } from './checksum.ts'
import { endWhenIdle } from './end-when-idle.ts'
import { type ResumableUploads, resumablePath } from './resumable.ts'
import { uploadIdPattern } from './sweep-uploads.ts'

/**
 * The tus protocol under `/api/uploads`, and each part of an upload that is sent over several lines as an upload of its
 * own. Who asks is found out before a byte of a body is taken.
 */
export function tusRoutes(context: Context, resumable: ResumableUploads): Router {
  const router = Router()
  router.use(resumablePath, endWhenIdle(context.config.UPLOAD_IDLE_SECONDS * 1000))
  router.options(`${resumablePath}{/:id}`, (_request, response, next) => {
    response.set('Tus-Checksum-Algorithm', checksumAlgorithms.join(','))
    next()
  })
  const answerWhole = answerForWhole(context, resumable)
  const answer: RequestHandler = (request, response) => answerTus(context, resumable, request, response)
  router.head(`${resumablePath}/:id/parts/:part`, answerWhole, answer)
  router.patch(`${resumablePath}/:id/parts/:part`, answerWhole, answer)
  router.all(`${resumablePath}/:id`, answerWhole)
  router.all(`${resumablePath}{/:id}`, answer)
  return router
}

async function answerTus(context: Context, resumable: ResumableUploads, request: Request, response: Response) {
  const isOptions = request.method === 'OPTIONS'
  const ownerId = isOptions ? '' : (await requireReader(context.accounts, request)).id
  const { id } = request.params
  // Uploads are made at the one address and have one of their own from then on.
  if (id !== undefined && uploadIdOf(id) && request.method === 'POST') throw new AppError('not_found')
  if (request.get('upload-concat') !== undefined)
    throw new AppError('bad_request', 'Uploads are not joined here; leave Upload-Concat out, or ask for Upload-Parts.')
  const sum = request.get('upload-checksum')
  const checksum = sum === undefined ? undefined : parseChecksum(sum)
  const lengthBytes = Number(request.get('content-length') ?? 0)
  const partCount = partCountOf(request, resumable)
  if (partCount) response.set('Upload-Parts', String(partCount))
  try {
    const about = { ownerId, checksum, lengthBytes, partCount, part: partOf(request, resumable) }
    await resumable.handle(request, response, about)
  } catch (error) {
    // An idle sender has had his answer already.
    if (!response.headersSent && !request.socket.writableEnded) throw error
  }
}

/**
 * A client whose last answer was lost asks how far its upload is. Its bytes may have moved on by then; told "not found" it
 * would send the whole file again and make a second video. Where they have not, because the database was away at that
 * moment, they do now: told "all is here" it would go away and leave bytes without a video.
 */
function answerForWhole(context: Context, resumable: ResumableUploads): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'HEAD' && request.method !== 'PATCH') return next()
    const me = await requireReader(context.accounts, request)
    const id = uploadIdOf(request.params.id)
    const part = partOf(request, resumable)
    const video = request.method === 'HEAD' ? await resumable.finish(id, me.id) : await findAccepted(context, id, me.id)
    if (!video) return next()
    const sizeBytes = Number(video.source_bytes)
    const { startByte, endByte } = part ? partRange(sizeBytes, part) : { startByte: 0, endByte: sizeBytes }
    response.set({
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': String(endByte - startByte),
      'Upload-Length': String(endByte - startByte),
      'X-Video-Id': video.id,
      'Cache-Control': 'no-store',
    })
    response.status(request.method === 'HEAD' ? 200 : 204).end()
  }
}

/** In how many parts an upload that is created will be sent; told in the answer. A sender that reads none sends one. */
function partCountOf(request: Request, { mostParts }: ResumableUploads): number | undefined {
  const wanted = Number(request.get('upload-parts'))
  if (request.method !== 'POST' || !Number.isInteger(wanted) || wanted < 2 || mostParts < 2) return undefined
  // Bytes that come with the creation have no part to go to.
  if (request.get('transfer-encoding') || Number(request.get('content-length') ?? 0) > 0) return undefined
  const count = Math.min(wanted, mostParts)
  return Number(request.get('upload-length')) >= count ? count : undefined
}

function partOf(request: Request, { mostParts }: ResumableUploads): UploadPart | undefined {
  const { part: text } = request.params
  if (text === undefined) return undefined
  const part = parsePart(String(text))
  if (!part || part.count > mostParts) throw new AppError('not_found')
  return part
}

export function uploadIdOf(id: unknown): string {
  if (typeof id !== 'string' || !uploadIdPattern.test(id)) throw new AppError('not_found')
  return id
}
