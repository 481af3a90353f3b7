import { type RequestHandler, Router } from 'express'
import { sql } from 'kysely'
import type { DiscoveryRow } from '#contract/discovery.ts'
import { videoIdSchema } from '#contract/ids.ts'
import type { Context } from '../context.ts'
import { requireOwn } from '../videos/require-video.ts'
import { unfurlerName } from './agent-name.ts'

/** `GET /api/videos/:id/views/discovery`: which programs looked at the video's links, last seen first; only for its owner and admins. */
export function discoveryRoutes(context: Context): Router {
  const router = Router()
  router.get('/videos/:id/views/discovery', async (request, response) => {
    const { video } = await requireOwn(context, request)
    response.set('Cache-Control', 'private, no-store').json(await readDiscovery(context, video.id))
  })
  return router
}

async function readDiscovery({ catalog }: Context, videoId: string): Promise<DiscoveryRow[]> {
  const rows = await catalog.database
    .selectFrom('sighting')
    .select([
      'kind',
      'name',
      sql<string>`sum(count)`.as('count'),
      sql<Date>`min(first_seen)`.as('first'),
      sql<Date>`max(last_seen)`.as('last'),
    ])
    .where('video_id', '=', videoId)
    .where('kind', '<>', 'refused')
    .groupBy(['kind', 'name'])
    .orderBy('count', 'desc')
    .orderBy('last', 'desc')
    .orderBy('name')
    .limit(mostRows)
    .execute()
  return rows
    .map(({ kind, name, count, first, last }) => ({
      kind: kind as DiscoveryRow['kind'],
      name,
      count: Number(count),
      firstSeenMs: first.getTime(),
      lastSeenMs: last.getTime(),
    }))
    .sort((one, other) => other.lastSeenMs - one.lastSeenMs)
}

// Those that came most often; whoever makes up names every day can't fill the page.
const mostRows = 500

/** Stands in front of the pages: who asks for a watch page to show a preview of it is noted, and nobody else. */
export function noteUnfurlers({ sightings }: Pick<Context, 'sightings'>): RequestHandler<{ id: string }> {
  return (request, _response, next) => {
    const name = unfurlerName(request.get('user-agent') ?? '')
    if (name && videoIdSchema.safeParse(request.params.id).success)
      sightings.note({ videoId: request.params.id, kind: 'unfurl', name })
    next()
  }
}
