import { Router } from 'express'
import { findErasure, requestErasure, requestErasureOfAll } from '#catalog/erasures.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { requireOwn } from '../videos/require-video.ts'

/**
 * Forgets plays for good: 202, and gone from the tables within seconds, from the disks within minutes. The video goes on
 * and counts anew. Only for its owner and admins.
 */
export function erasureRoutes(context: Context): Router {
  const { accounts, catalog } = context
  const router = Router()

  router.delete('/videos/:id/views', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const requestedAt = await requestErasure(catalog.database, video.id, { isVideoGone: false })
    response.status(202).json({ requestedAtMs: requestedAt.getTime(), erasedAtMs: null })
  })

  router.get('/videos/:id/views/erasure', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const erasure = await findErasure(catalog.database, video.id)
    response.set('Cache-Control', 'private, no-store').json(
      erasure && {
        requestedAtMs: erasure.requested_at.getTime(),
        erasedAtMs: erasure.erased_at?.getTime() ?? null,
      },
    )
  })

  router.post('/me/erase-views', async (request, response) => {
    const me = await requireReader(accounts, request)
    const requestedAt = await requestErasureOfAll(catalog.database, me.id)
    response.status(202).json({ requestedAtMs: requestedAt.getTime(), erasedAtMs: null })
  })

  return router
}
