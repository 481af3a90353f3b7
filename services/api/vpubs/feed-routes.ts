import { Router } from 'express'
import { AppError } from '#contract/errors.ts'
import { slugSchema } from '#contract/ids.ts'
import type { Context } from '../context.ts'
import { agentName } from '../discovery/agent-name.ts'
import { findVPub, listPosts } from './read-vpubs.ts'
import { vpubFeed } from './vpub-feed.ts'

/** `GET /v/:slug/feed.xml`: what a room shows to everybody, for readers of feeds. */
export function feedRoutes({ catalog, config, sightings }: Context): Router {
  const router = Router()
  router.get('/v/:slug/feed.xml', async (request, response) => {
    const slug = slugSchema.safeParse(request.params.slug)
    const room = slug.success ? await findVPub(catalog.database, slug.data, null) : null
    if (!room) throw new AppError('not_found')
    const posts = await listPosts(catalog.database, room.id)
    const origin = new URL(config.PUBLIC_URL).origin
    const pageUrl = `${origin}/v/${room.slug}`
    const videos = posts.map((post) => ({
      id: post.id,
      title: post.title,
      description: post.description,
      ownerName: post.owner_name,
      durationMs: post.duration_ms,
      width: post.width,
      height: post.height,
      publishedAt: post.posted_at,
    }))
    const reader = agentName(request.get('user-agent') ?? '')
    if (reader) for (const { id } of posts) sightings.note({ videoId: id, kind: 'feed', name: reader })
    const feed = vpubFeed(
      origin,
      { title: room.name, description: room.description, pageUrl, feedUrl: `${pageUrl}/feed.xml` },
      videos,
    )
    response.set('Cache-Control', 'public, max-age=60').type('application/rss+xml').send(feed)
  })
  return router
}
