import { Router } from 'express'
import { z } from 'zod'
import { mayWatch } from '#catalog/access.ts'
import { shownPosterKey } from '#catalog/extras-poster.ts'
import { AppError, errorBody } from '#contract/errors.ts'
import { videoIdSchema } from '#contract/ids.ts'
import type { Context } from '../context.ts'
import { ownOrigin } from '../http/own-origin.ts'
import { findVideo } from '../videos/read-videos.ts'
import { agentName } from './agent-name.ts'
import { oembedAnswer, oembedXml } from './oembed-answer.ts'

const pixels = z.coerce.number().int().min(1).max(10_000).catch(10_000)
const querySchema = z.object({
  url: z.string().max(2_000),
  format: z.string().max(20).default('json'),
  maxwidth: pixels,
  maxheight: pixels,
})

/** `GET /oembed?url=…`: what other sites ask when somebody pastes a link to a video of ours. */
export function oembedRoutes({ catalog, config, sightings }: Context): Router {
  const router = Router()
  const publicOrigin = new URL(config.PUBLIC_URL).origin

  router.get('/oembed', async (request, response) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'X-Content-Type-Options': 'nosniff' })
    const { url, format, maxwidth: maxWidth, maxheight: maxHeight } = querySchema.parse(request.query)
    if (format !== 'json' && format !== 'xml') {
      // The status that oEmbed asks for.
      response.status(501).json(errorBody(new AppError('bad_request', 'Ask with format=json or format=xml.')))
      return
    }
    const link = readLink(url, [publicOrigin, ownOrigin(request)])
    const video = link && (await findVideo(catalog.database, link.videoId))
    // Private videos are for those who sign in, and this answer is for everybody.
    if (!video || !mayWatch(video, null)) throw new AppError('not_found')
    sightings.note({ videoId: video.id, kind: 'oembed', name: agentName(request.get('user-agent') ?? '') ?? 'Browser' })
    const { id, title, owner_name: ownerName, width, height } = video
    const about = { id, title, ownerName, width, height, hasPoster: shownPosterKey(video) !== null }
    const answer = oembedAnswer(publicOrigin, about, { maxWidth, maxHeight, embedKey: link.embedKey })
    response.set('Cache-Control', 'public, max-age=300')
    if (format === 'xml') response.type('text/xml').send(oembedXml(answer))
    else response.json(answer)
  })
  return router
}

/** The video that an address of ours is about, or null; the origin is one of those that the site is reached by. */
function readLink(address: string, origins: string[]): { videoId: string; embedKey: string } | null {
  const url = URL.parse(address)
  if (!url || !origins.includes(url.origin)) return null
  const id = videoIdSchema.safeParse(/^\/(?:watch|embed)\/([^/]+)\/?$/.exec(url.pathname)?.[1])
  return id.success ? { videoId: id.data, embedKey: (url.searchParams.get('key') ?? '').slice(0, 64) } : null
}
