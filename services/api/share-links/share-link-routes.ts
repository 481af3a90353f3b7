import { Router } from 'express'
import { shownPosterKey } from '#catalog/extras-poster.ts'
import type { ShareLinkRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { newShareLinkSchema, type SharedViews, type ShareLink } from '#contract/share-links.ts'
import type { Context } from '../context.ts'
import { mediaPlace } from '../media-address.ts'
import { posterUrl } from '../videos/present-video.ts'
import { requireOwn } from '../videos/require-video.ts'
import { requireShared } from './require-shared.ts'
import { createLink, listLinks, revokeLink } from './stored-links.ts'

export function shareLinkRoutes(context: Context): Router {
  const { config, catalog } = context
  const { database } = catalog
  const router = Router()

  router.get('/videos/:id/share-links', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const items = (await listLinks(database, video.id)).map(present)
    response.set('Cache-Control', 'private, no-store').json({ items, next: null })
  })

  router.post('/videos/:id/share-links', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const link = newShareLinkSchema.parse(request.body)
    response.status(201).json(present(await createLink(database, { videoId: video.id, link })))
  })

  router.delete('/videos/:id/share-links/:linkId', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const isRevoked = await revokeLink(database, { id: request.params.linkId, videoId: video.id })
    if (!isRevoked) throw new AppError('not_found')
    response.status(204).end()
  })

  router.get('/shared/:token', async (request, response) => {
    const { video, link } = await requireShared(database, request)
    const shared: SharedViews = {
      title: video.title,
      posterUrl: posterUrl(mediaPlace(config), shownPosterKey(video)),
      ownerName: video.owner_name,
      filter: link.filter,
    }
    response.set({ 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex' }).json(shared)
  })

  function present(row: ShareLinkRow): ShareLink {
    return {
      id: row.id,
      name: row.name,
      url: new URL(`/shared/${row.token}`, config.PUBLIC_URL).href,
      filter: row.filter,
      createdAtMs: row.created_at.getTime(),
      expiresAtMs: row.expires_at?.getTime() ?? null,
    }
  }

  return router
}
