import { Router } from 'express'
import { AppError } from '#contract/errors.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { mediaPlace } from '../media-address.ts'
import { presentVideo } from '../videos/present-video.ts'
import { findVideo } from '../videos/read-videos.ts'
import { endWhenIdle } from './end-when-idle.ts'
import { acceptMultipart } from './multipart.ts'
import { quotaRoutes } from './quota-routes.ts'
import { receiveMultipart } from './receive-multipart.ts'
import { type ResumableUploads, resumablePath } from './resumable.ts'
import { tusRoutes, uploadIdOf } from './tus-routes.ts'

export function uploadRoutes(context: Context, resumable: ResumableUploads): Router {
  const router = Router()
  const ending = endWhenIdle(context.config.UPLOAD_IDLE_SECONDS * 1000)

  router.post('/api/videos', ending, receiveMultipart(context), async (request, response) => {
    const me = await requireReader(context.accounts, request)
    const { id } = await acceptMultipart(context, request)
    response.status(201).json(await presentOne(id, me))
  })

  // Asked by the recorder at its end: true whatever answer was lost on the way.
  router.get(`${resumablePath}/:id/video`, async (request, response) => {
    const me = await requireReader(context.accounts, request)
    const video = await resumable.finish(uploadIdOf(request.params.id), me.id)
    if (!video) throw new AppError('upload_incomplete', 'The upload is not whole yet; go on sending.')
    response.json(await presentOne(video.id, me))
  })

  router.use(tusRoutes(context, resumable))
  router.use('/api', quotaRoutes(context))

  async function presentOne(id: string, me: Awaited<ReturnType<typeof requireReader>>) {
    const row = await findVideo(context.catalog.database, id)
    if (!row) throw new AppError('not_found')
    return presentVideo(mediaPlace(context.config), row, me, [])
  }

  return router
}
