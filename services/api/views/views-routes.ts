import { type Request, Router } from 'express'
import { z } from 'zod'
import type { VideoRow } from '#catalog/schema.ts'
import { type LiveEvent, type ViewsDetails, viewsFilterSchema } from '#contract/views.ts'
import type { Context } from '../context.ts'
import { streamChanges } from '../http/server-sent-events.ts'
import { shareReads } from '../http/share-reads.ts'
import { posterUrl } from '../videos/present-video.ts'
import { requireOwn } from '../videos/video-routes.ts'
import { readDelayedSince } from './read-delay.ts'
import { readSitePages } from './site-pages.ts'
import { readViewsDetails } from './views-details.ts'

const pagesQuery = viewsFilterSchema.extend({ site: z.string().min(1).max(253) })

// Together with the collector's drain this keeps a play on screen within two seconds of its happening.
const liveEveryMs = 750

/** Views Details as JSON and as a stream; only for the owner of the video and admins. */
export function viewsRoutes(context: Context): Router {
  const router = Router()
  const share = shareReads<ViewsDetails>(liveEveryMs)

  router.get('/videos/:id/views', async (request, response) => {
    const { video } = await requireOwn(context, request)
    response.set('Cache-Control', 'private, no-store').json(await detailsOf(video, request))
  })

  router.get('/videos/:id/views/pages', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const { site, ...filter } = pagesQuery.parse(request.query)
    const pages = await readSitePages(context.clickhouse, { videoId: video.id, site, filter })
    response.set('Cache-Control', 'private, no-store').json(pages)
  })

  router.get('/videos/:id/views/live', async (request, response) => {
    await streamChanges<LiveEvent>(request, response, {
      // Asked anew each time: who signs out or loses the video sees nothing more of it.
      read: async () => ({
        type: 'views',
        details: await sharedDetails((await requireOwn(context, request)).video, request),
      }),
      fingerprint: (event) => (event.type === 'views' ? fingerprintOf(event.details) : event.type),
      everyMs: liveEveryMs,
    })
  })

  function sharedDetails(video: VideoRow, request: Request): Promise<ViewsDetails> {
    const key = JSON.stringify([video.id, viewsFilterSchema.parse(request.query)])
    return share(key, () => detailsOf(video, request))
  }

  async function detailsOf(video: VideoRow, request: Request): Promise<ViewsDetails> {
    const filter = viewsFilterSchema.parse(request.query)
    return readViewsDetails(context.clickhouse, {
      video: {
        id: video.id,
        title: video.title,
        durationMs: video.duration_ms,
        posterUrl: posterUrl(context.config.SIGNING_KEYS[0]!, video.poster_key),
      },
      filter,
      nowMs: Date.now(),
      delayedSinceMs: await readDelayedSince(context.config.BEACON_URL),
    })
  }

  return router
}

/** Everything but the moment of asking: a page on which no number moved is not sent again. */
function fingerprintOf({ computedAtMs: _, ...numbers }: ViewsDetails): string {
  return JSON.stringify(numbers)
}
