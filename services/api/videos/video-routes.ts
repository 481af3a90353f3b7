import { Router } from 'express'
import { mayWatch } from '#catalog/access.ts'
import { cancelVideo } from '#catalog/cancel-video.ts'
import { createDraft } from '#catalog/drafts.ts'
import { setDownloads } from '#catalog/extras-download.ts'
import { shownPosterKey } from '#catalog/extras-poster.ts'
import { setKeepsOriginal } from '#catalog/originals.ts'
import { retryVideo } from '#catalog/retry-video.ts'
import type { Me } from '#contract/account.ts'
import { AppError } from '#contract/errors.ts'
import { draftSchema, type Video, type VideoCard, videoChangesSchema } from '#contract/video.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { iframeSnippet, scriptSnippet } from '../embed/snippets.ts'
import { readCursor, toPage } from '../http/paging.ts'
import { mediaPlace } from '../media-address.ts'
import { readWatchCounts } from '../views/watch-counts.ts'
import { deleteVideo } from './delete-video.ts'
import { posterUrl, presentCard, presentVideo } from './present-video.ts'
import { progressRoutes } from './progress-routes.ts'
import { findVideo, listNewest, listOwned, listVPubsOf, type VideoWithOwner } from './read-videos.ts'
import { requireOwn, requireWatchable } from './require-video.ts'
import { videoIdOf } from './video-id-of.ts'

export function videoRoutes(context: Context): Router {
  const { accounts, catalog, config } = context
  const { database } = catalog
  const place = mediaPlace(config)
  const router = Router()
  router.use(progressRoutes(context))

  router.get('/videos', async (request, response) => {
    const cursor = readCursor(request.query.cursor)
    if (request.query.mine) {
      const me = await requireReader(accounts, request)
      const rows = await listOwned(database, me.id, cursor)
      const page = toPage(rows, present, (row) => ({ at: row.created_at, id: row.id }))
      response.json({ ...page, items: await withViews(page.items) })
      return
    }
    const rows = await listNewest(database, cursor)
    response.json(toPage(rows, present, (row) => ({ at: row.published_at!, id: row.id })))
  })

  router.post('/videos/drafts', async (request, response) => {
    const me = await requireReader(accounts, request)
    const { title, visibility } = draftSchema.parse(request.body)
    const id = await createDraft(database, { ownerId: me.id, title, visibility })
    response.status(201).json(await readVideo(id, me))
  })

  router.get('/videos/:id', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    response.set('Cache-Control', 'private, no-store').json(await readVideo(videoIdOf(request), me))
  })

  router.patch('/videos/:id', async (request, response) => {
    const { me, video } = await requireOwn(context, request)
    const { downloads, keepsOriginal, ...changes } = videoChangesSchema.parse(request.body)
    if (Object.keys(changes).length > 0)
      await database
        .updateTable('video')
        .set({ ...changes, updated_at: new Date() })
        .where('id', '=', video.id)
        .execute()
    if (keepsOriginal !== undefined) await setKeepsOriginal(database, video.id, keepsOriginal)
    if (downloads) await setDownloads(catalog, video.id, downloads)
    response.json(await readVideo(video.id, me))
  })

  router.post('/videos/:id/cancel', async (request, response) => {
    const { me, video } = await requireOwn(context, request)
    if (!(await cancelVideo(catalog, video.id))) {
      throw new AppError('nothing_to_cancel')
    }
    response.json(await readVideo(video.id, me))
  })

  router.post('/videos/:id/retry', async (request, response) => {
    const { me, video } = await requireOwn(context, request)
    await retryVideo(catalog, video.id)
    response.status(202).json(await readVideo(video.id, me))
  })

  router.delete('/videos/:id', async (request, response) => {
    const { video } = await requireOwn(context, request)
    await deleteVideo(context, video)
    response.status(204).end()
  })

  router.get('/videos/:id/snippets', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const video = await requireWatchable(context, request, me)
    const origin = new URL(config.PUBLIC_URL).origin
    response.json({
      iframe: iframeSnippet(origin, video, {}),
      privateIframe: iframeSnippet(origin, video, { isPrivate: true }),
      script: scriptSnippet(origin, video),
    })
  })

  // A lasting address for feeds and link previews, which may keep it longer than a token lives.
  router.get('/videos/:id/poster.jpg', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const video = await requireWatchable(context, request, me)
    const url = posterUrl(place, shownPosterKey(video))
    if (!url) throw new AppError('not_found')
    response.set('Cache-Control', 'private, max-age=300').redirect(302, url)
  })

  function present(row: VideoWithOwner) {
    return presentCard(place, row)
  }

  /** The list is worth showing without its numbers too. */
  async function withViews(cards: VideoCard[]): Promise<VideoCard[]> {
    const ids = cards.map((card) => card.id)
    const counts = await readWatchCounts(context.clickhouse, ids).catch((error) => {
      context.logger.warn({ err: error }, 'could not count views for a list')
      return null
    })
    return cards.map((card) => ({ ...card, views: counts && (counts.get(card.id)?.views ?? 0) }))
  }

  async function readVideo(id: string, me: Me | null): Promise<Video> {
    const [row, vpubs] = await Promise.all([findVideo(database, id), listVPubsOf(database, id)])
    if (!row || !mayWatch(row, me)) throw new AppError('not_found')
    return presentVideo(place, row, me, vpubs)
  }

  return router
}
