import { Router } from 'express'
import type { Context } from '../context.ts'
import { viewsRouter } from '../views/views-router.ts'
import { type FindSubject, videoSubject } from '../views/views-subject.ts'
import { requireShared } from './require-shared.ts'

/** Views Details for whoever has a link: one video, under the filter that its owner fixed. */
export function sharedViewsRoutes(context: Context): Router {
  const router = Router()
  router.use('/shared/:token/views', viewsRouter(context, findSharedSubject(context)))
  return router
}

/** Looks the link up each time, so that a live stream ends when it is revoked or expires. */
function findSharedSubject(context: Context): FindSubject {
  return async (request) => {
    const { link, video } = await requireShared(context.catalog.database, request)
    return { ...videoSubject(context, video), forced: link.filter }
  }
}
