import { Router } from 'express'
import type { Context } from '../context.ts'
import { createQueuedPlaces } from '../http/queued-places.ts'
import { personPlaces } from './question-places.ts'
import { viewsRouter } from './views-router.ts'
import { findOwnerSubject, findVideoSubject, findVPubSubject } from './views-subject.ts'

/** Views Details of a video, of all videos of a person, and of a V-Pub. */
export function viewsRoutes(context: Context): Router {
  const router = Router()
  // One person's, whatever he asks about.
  const places = createQueuedPlaces(personPlaces)
  router.use('/videos/:id/views', viewsRouter(context, findVideoSubject(context), places))
  router.use('/me/views', viewsRouter(context, findOwnerSubject(context), places))
  router.use('/vpubs/:slug/views', viewsRouter(context, findVPubSubject(context), places))
  return router
}
