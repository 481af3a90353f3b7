import { Router } from 'express'
import type { Context } from '../context.ts'
import { viewsRouter } from './views-router.ts'
import { findOwnerSubject, findVideoSubject, findVPubSubject } from './views-subject.ts'

/** Views Details of a video, of all videos of a person, and of a V-Pub. */
export function viewsRoutes(context: Context): Router {
  const router = Router()
  router.use('/videos/:id/views', viewsRouter(context, findVideoSubject(context)))
  router.use('/me/views', viewsRouter(context, findOwnerSubject(context)))
  router.use('/vpubs/:slug/views', viewsRouter(context, findVPubSubject(context)))
  return router
}
