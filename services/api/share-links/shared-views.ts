import { type Request, Router } from 'express'
import type { Context } from '../context.ts'
import { createQueuedPlaces } from '../http/queued-places.ts'
import { shareReads } from '../http/share-reads.ts'
import { linkPlaces } from '../views/question-places.ts'
import { viewsRouter } from '../views/views-router.ts'
import { type Asked, type FindSubject, videoSubject } from '../views/views-subject.ts'
import { limitGuestStreams } from './limit-guest-streams.ts'
import { requireShared } from './require-shared.ts'

/** Views Details for whoever has a link: one video, under the filter that its owner fixed. */
export function sharedViewsRoutes(context: Context): Router {
  const router = Router()
  const find = findSharedSubject(context)
  router.get('/shared/:token/views/live', limitGuestStreams(find))
  router.use('/shared/:token/views', viewsRouter(context, find, createQueuedPlaces(linkPlaces)))
  return router
}

/** Looks the link up again and again, so that a live stream ends when it is revoked or expires. */
function findSharedSubject(context: Context): FindSubject {
  // However many follow a link, it is looked up once for all of them.
  const share = shareReads<Asked>(500)
  return (request) => {
    const isLive = request.path.endsWith('/live')
    return isLive ? share(String(request.params.token), () => find(request)) : find(request)
  }

  async function find(request: Request): Promise<Asked> {
    const { link, video } = await requireShared(context.catalog.database, request)
    return { ...videoSubject(context, { askerId: link.id, video }), forced: link.filter }
  }
}
