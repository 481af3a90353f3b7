import { type RequestHandler, Router } from 'express'
import { AppError } from '#contract/errors.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { presentVideo } from '../videos/present-video.ts'
import { findVideo } from '../videos/read-videos.ts'
import { acceptMultipart, receiveMultipart } from './multipart.ts'
import { findAccepted, type ResumableUploads, resumablePath, uploadIdPattern } from './resumable.ts'

export function uploadRoutes(context: Context, resumable: ResumableUploads): Router {
  const router = Router()

  router.post('/api/videos', ...receiveMultipart(context), async (request, response) => {
    const me = await requireReader(context.accounts, request)
    const { id } = await acceptMultipart(context, request)
    response.status(201).json(await presentOne(id, me))
  })

  // Asked by the upload page at its end: true whatever answer was lost on the way.
  router.get(`${resumablePath}/:id/video`, async (request, response) => {
    const me = await requireReader(context.accounts, request)
    const id = idOf(request.params.id)
    const video = await resumable.finish(id, me.id)
    if (!video) throw new AppError('upload_incomplete', 'The upload is not whole yet; go on sending.')
    response.json(await presentOne(video.id, me))
  })

  router.all(`${resumablePath}/:id`, answerForAccepted(context))
  router.use((request, response, next) => {
    if (!request.path.startsWith(resumablePath)) return next()
    resumable.server.handle(request, response).catch(next)
  })

  async function presentOne(id: string, me: Awaited<ReturnType<typeof requireReader>>) {
    const row = await findVideo(context.catalog.database, id)
    if (!row) throw new AppError('not_found')
    return presentVideo(context.config.SIGNING_KEYS[0]!, row, me, [])
  }

  return router
}

/**
 * A client whose last answer was lost asks how far its upload is. Its bytes have moved on by then;
 * told "not found" it would send the whole file again and make a second video.
 */
function answerForAccepted(context: Context): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'HEAD' && request.method !== 'PATCH') return next()
    const me = await requireReader(context.accounts, request)
    const video = await findAccepted(context, idOf(request.params.id), me.id)
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

function idOf(id: unknown): string {
  if (typeof id !== 'string' || !uploadIdPattern.test(id)) throw new AppError('not_found')
  return id
}
