import { Router } from 'express'
import { mayWatch } from '#catalog/access.ts'
import { AppError } from '#contract/errors.ts'
import type { Video } from '#contract/video.ts'
import type { Context } from '../context.ts'
import { streamChanges } from '../http/server-sent-events.ts'
import { shareReads } from '../http/share-reads.ts'
import { mediaPlace } from '../media-address.ts'
import { presentVideo } from './present-video.ts'
import { findVideo, listVPubsOf } from './read-videos.ts'
import { videoIdOf } from './video-id-of.ts'

// As often as a worker tells its progress.
const everyMs = 500

/**
 * `GET /videos/:id/progress`: the video as server-sent events, whenever something of it changed, until it is ready or failed.
 * However many follow the same video, it is read once per round; what each of them may know of it is decided for each.
 */
export function progressRoutes(context: Context): Router {
  const { accounts, catalog, config, logger } = context
  const { database } = catalog
  // What was the last word a moment ago is not, where its owner has just let it be tried again.
  const share = shareReads<Awaited<ReturnType<typeof readVideo>>>(everyMs / 2, ({ row }) => !row || !isLast(row))
  const router = Router()

  async function readVideo(id: string) {
    const [row, vpubs] = await Promise.all([findVideo(database, id), listVPubsOf(database, id)])
    return { row, vpubs }
  }

  router.get('/videos/:id/progress', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const id = videoIdOf(request)
    await streamChanges<Video>(request, response, {
      async read(left) {
        const { row, vpubs } = await share(id, () => readVideo(id), left)
        if (!row || !mayWatch(row, me)) throw new AppError('not_found')
        return presentVideo(mediaPlace(config), row, me, vpubs)
      },
      isLast,
      fingerprint: JSON.stringify,
      everyMs,
      onFault: (error) => logger.warn({ err: error, videoId: id }, 'could not read the progress of a video'),
    })
  })

  return router
}

function isLast({ status }: Pick<Video, 'status'>): boolean {
  return status === 'ready' || status === 'failed'
}
