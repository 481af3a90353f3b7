import { type Request, Router } from 'express'
import { DatabaseError } from 'pg'
import { mayList, mayManage } from '#catalog/access.ts'
import { AppError } from '#contract/errors.ts'
import { slugSchema } from '#contract/ids.ts'
import { newVPubSchema, type VPubPage, vpubPostSchema } from '#contract/vpub.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { toPage } from '../http/paging.ts'
import { mediaPlace } from '../media-address.ts'
import { presentCard } from '../videos/present-video.ts'
import { findVideo } from '../videos/read-videos.ts'
import { createVPub, joinVPub, postVideo, removePost } from './change-vpubs.ts'
import { findVPub, listPosts, listVPubs, presentVPub, type VPubRow } from './read-vpubs.ts'

export function vpubRoutes(context: Context): Router {
  const { accounts, catalog, config } = context
  const { database } = catalog
  const router = Router()

  router.get('/vpubs', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const rows = await listVPubs(database, me)
    response.json({ items: rows.map(presentVPub), next: null })
  })

  router.post('/vpubs', async (request, response) => {
    const me = await requireReader(accounts, request)
    const room = newVPubSchema.parse(request.body)
    await createVPub(database, room, me.id).catch(refuseTakenName)
    response.status(201).json(presentVPub(await requireVPub(room.slug, me)))
  })

  router.get('/vpubs/:slug', async (request, response) => {
    const me = await accounts.findReader(request.headers)
    const room = await requireVPub(slugOf(request), me)
    const posts = await listPosts(database, room.id)
    const videos = toPage(
      posts,
      (post) => ({
        ...presentCard(mediaPlace(config), post),
        postedBy: post.posted_by_name,
        postedAt: post.posted_at.toISOString(),
      }),
      (post) => ({ at: post.posted_at, id: post.id }),
    )
    response.json({ ...presentVPub(room), videos: { ...videos, next: null } } satisfies VPubPage)
  })

  router.post('/vpubs/:slug/members', async (request, response) => {
    const me = await requireReader(accounts, request)
    const room = await requireVPub(slugOf(request), me)
    await joinVPub(database, room.id, me.id)
    response.status(201).json(presentVPub(await requireVPub(room.slug, me)))
  })

  router.post('/vpubs/:slug/posts', async (request, response) => {
    const me = await requireReader(accounts, request)
    const room = await requireVPub(slugOf(request), me)
    if (!room.is_member) throw new AppError('forbidden', 'Join this V-Pub first, then post into it.')
    const { videoId } = vpubPostSchema.parse(request.body)
    const video = await findVideo(database, videoId)
    if (!video || !mayList(video, me)) throw new AppError('not_found')
    // Rooms show what everybody may see; a post that only its author sees would look like a fault.
    if (video.visibility !== 'public')
      throw new AppError('bad_request', 'Make the video public first; a V-Pub shows public videos only.')
    await postVideo(database, { vpubId: room.id, videoId, userId: me.id })
    response.status(201).json({})
  })

  router.delete('/vpubs/:slug/posts/:videoId', async (request, response) => {
    const me = await requireReader(accounts, request)
    const room = await requireVPub(slugOf(request), me)
    const mayModerate = mayManage(room, me) || me.role === 'moderator'
    await removePost(database, {
      vpubId: room.id,
      videoId: String(request.params.videoId),
      // Members take back what they posted, the room's owner and moderators anything.
      postedBy: mayModerate ? null : me.id,
    })
    response.status(204).end()
  })

  async function requireVPub(slug: string, me: Parameters<typeof findVPub>[2]): Promise<VPubRow> {
    const room = await findVPub(database, slug, me)
    if (!room) throw new AppError('not_found')
    return room
  }

  return router
}

function slugOf(request: Request): string {
  const slug = slugSchema.safeParse(request.params.slug)
  if (!slug.success) throw new AppError('not_found')
  return slug.data
}

const uniqueViolation = '23505'

function refuseTakenName(error: unknown): never {
  if (error instanceof DatabaseError && error.code === uniqueViolation)
    throw new AppError('conflict', 'A V-Pub with this address exists already; choose another.')
  throw error
}
