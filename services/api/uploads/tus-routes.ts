import { type Request, type RequestHandler, Router } from 'express'
import { AppError } from '#contract/errors.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { findAccepted } from './accept-resumable.ts'
import { checksumAlgorithms, parseChecksum } from './checksum.ts'
import { endWhenIdle } from './end-when-idle.ts'
import { type ResumableUploads, resumablePath } from './resumable.ts'
import { uploadIdPattern } from './sweep-uploads.ts'

/** The tus protocol under `/api/uploads`. Who asks is found out before a byte of a body is taken. */
export function tusRoutes(context: Context, resumable: ResumableUploads): Router {
  const router = Router()
  router.use(resumablePath, endWhenIdle(context.config.UPLOAD_IDLE_SECONDS * 1000))
  router.options(`${resumablePath}{/:id}`, (_request, response, next) => {
    if (hasChecksums(resumable)) response.set('Tus-Checksum-Algorithm', checksumAlgorithms.join(','))
    next()
  })
  router.all(`${resumablePath}/:id`, answerForWhole(context, resumable))
  router.all(`${resumablePath}{/:id}`, async (request, response) => {
    const isOptions = request.method === 'OPTIONS'
    const ownerId = isOptions ? '' : (await requireReader(context.accounts, request)).id
    const checksum = checksumOf(request, resumable)
    const about = { ownerId, checksum, lengthBytes: Number(request.get('content-length') ?? 0) }
    try {
      await resumable.handle(request, response, about)
    } catch (error) {
      // An idle sender has had his answer already.
      if (!response.headersSent && !request.socket.writableEnded) throw error
    }
  })
  return router
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
    const video = request.method === 'HEAD' ? await resumable.finish(id, me.id) : await findAccepted(context, id, me.id)
    if (!video) return next()
    response.set({
      'Tus-Resumable': '1.0.0',
      'Upload-Offset': String(video.source_bytes),
      'Upload-Length': String(video.source_bytes),
      'X-Video-Id': video.id,
      'Cache-Control': 'no-store',
    })
    response.status(request.method === 'HEAD' ? 200 : 204).end()
  }
}

function checksumOf(request: Request, resumable: ResumableUploads) {
  const header = request.get('upload-checksum')
  if (header === undefined) return undefined
  if (!hasChecksums(resumable)) throw new AppError('bad_request', 'This server takes no Upload-Checksum; leave it out.')
  return parseChecksum(header)
}

/** In a bucket, what a PATCH brought can't be taken back. */
function hasChecksums(resumable: ResumableUploads): boolean {
  return resumable.extensions.includes('checksum')
}

export function uploadIdOf(id: unknown): string {
  if (typeof id !== 'string' || !uploadIdPattern.test(id)) throw new AppError('not_found')
  return id
}
