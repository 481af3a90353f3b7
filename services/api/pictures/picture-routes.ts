import { type Request, Router } from 'express'
import type { PosterJob } from '#catalog/extras.ts'
import { findPosterWish, forgetPosterChoice, wishPoster } from '#catalog/extras-poster.ts'
import { AppError } from '#contract/errors.ts'
import { type Pictures, posterMomentSchema } from '#contract/pictures.ts'
import type { Context } from '../context.ts'
import { mediaPlace } from '../media-address.ts'
import { storedKeyOf } from '../uploads/form-storage.ts'
import type { VideoWithOwner } from '../videos/read-videos.ts'
import { requireOwn } from '../videos/require-video.ts'
import { presentPictures } from './present-pictures.ts'
import { receivePicture } from './receive-picture.ts'

/** A video's poster and its small pictures, for its owner. */
export function pictureRoutes(context: Context): Router {
  const { catalog, storage } = context
  const router = Router()

  router.get('/videos/:id/pictures', async (request, response) => {
    const { video } = await requireOwn(context, request)
    response.set('Cache-Control', 'private, no-store').json(await present(video))
  })

  router.put(
    '/videos/:id/poster',
    // Asked before a byte is stored.
    async (request, _response, next) => {
      await requireOwn(context, request)
      next()
    },
    receivePicture(storage),
    async (request, response) => {
      const { video } = await requireOwn(context, request)
      const from = readChoice(request)
      const wish = await wishPoster(catalog, video.id, from)
      if (!wish) {
        if ('imageKey' in from) await storage.deletePrefix(from.imageKey)
        throw new AppError('bad_request', 'This video has no file yet; choose its poster once it was uploaded.')
      }
      response.status(202).json(await present(video))
    },
  )

  router.delete('/videos/:id/poster', async (request, response) => {
    const { video } = await requireOwn(context, request)
    await forgetPosterChoice(catalog, video.id)
    response.json(await present({ ...video, chosen_poster_key: null }))
  })

  async function present(video: VideoWithOwner): Promise<Pictures> {
    return presentPictures(mediaPlace(context.config), video, await findPosterWish(catalog.database, video.id))
  }

  return router
}

function readChoice(request: Request): PosterJob['from'] {
  const imageKey = storedKeyOf(request)
  if (imageKey) return { imageKey }
  if (request.is('multipart/form-data')) {
    throw new AppError('file_missing', 'No picture came with the form; choose a JPEG, PNG or WebP file.')
  }
  return posterMomentSchema.parse(request.body)
}
