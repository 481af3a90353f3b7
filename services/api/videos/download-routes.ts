import { Router } from 'express'
import { mayDownload } from '#catalog/access.ts'
import { isDownloadImpossible, isDownloadQueued, queueDownload, shownDownload } from '#catalog/extras-download.ts'
import { isOriginalDeleted } from '#catalog/originals.ts'
import { AppError } from '#contract/errors.ts'
import { downloadPath } from '#contract/play-token.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import type { Context } from '../context.ts'
import { mediaAddress, mediaPlace } from '../media-address.ts'
import { downloadName, endingOf } from './download-name.ts'
import { findVideo } from './read-videos.ts'
import { requireOwn } from './require-video.ts'
import { videoIdOf } from './video-id-of.ts'

/**
 * `GET /videos/:id/download`: leads to the file for those who may keep one; where there is none yet it is made now.
 * `GET /videos/:id/original`: leads to what was uploaded, for whoever manages the video.
 */
export function downloadRoutes(context: Context): Router {
  const { accounts, catalog, config } = context
  const router = Router()

  router.get('/videos/:id/download', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const video = await findVideo(catalog.database, videoIdOf(request))
    if (!video || !mayDownload(video, me)) throw new AppError('not_found')
    const made = shownDownload(video)
    if (isDownloadImpossible(video)) throw new AppError('download_impossible')
    if (!made) {
      if (!(await isDownloadQueued(catalog.database, video))) await queueDownload(catalog.jobs, video)
      throw new AppError('download_not_ready')
    }
    response.set('Cache-Control', 'private, no-store')
    response.redirect(302, addressOf(made.key, downloadName(video.title, '.mp4')))
  })

  router.get('/videos/:id/original', async (request, response) => {
    const { video } = await requireOwn(context, request)
    if (!video.source_key) throw new AppError(isOriginalDeleted(video) ? 'original_deleted' : 'not_found')
    const name = downloadName(`${video.title} (original)`, endingOf(video.source_name) || '.video')
    response.set('Cache-Control', 'private, no-store').redirect(302, addressOf(video.source_key, name))
  })

  /** Opens this one object, long enough for a slow line to go on where it broke off. */
  function addressOf(key: string, downloadAs: string): string {
    const expiresAtMs = Date.now() + playTokenLifetimeMs
    return mediaAddress(mediaPlace(config), { prefix: key, playId: '', expiresAtMs, downloadAs }, downloadPath)
  }

  return router
}
