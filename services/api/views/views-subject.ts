import type { Request } from 'express'
import { mayManage, type Reader } from '#catalog/access.ts'
import { shownPosterKey } from '#catalog/extras-poster.ts'
import { AppError } from '#contract/errors.ts'
import { slugSchema } from '#contract/ids.ts'
import type { ViewsFilter, ViewsSubject } from '#contract/views.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { mediaPlace } from '../media-address.ts'
import { posterUrl } from '../videos/present-video.ts'
import type { VideoWithOwner } from '../videos/read-videos.ts'
import { requireOwn } from '../videos/require-video.ts'

/** What a request may ask about, and what it can't widen. */
export interface Asked {
  /** The person, or the share link, whose places a question takes. */
  askerId: string
  subject: ViewsSubject
  videoIds: readonly string[]
  /** Stands above whatever filter the request names; times are intersected. */
  forced?: ViewsFilter
}

/** Throws where the asker may not; asked anew for each reading of a stream. */
export type FindSubject = (request: Request) => Promise<Asked>

export function videoSubject(
  context: Pick<Context, 'config'>,
  { askerId, video }: { askerId: string; video: VideoWithOwner },
): Asked {
  const subject: ViewsSubject = {
    kind: 'video',
    id: video.id,
    title: video.title,
    videos: 1,
    durationMs: video.duration_ms,
    posterUrl: posterUrl(mediaPlace(context.config), shownPosterKey(video)),
  }
  return { askerId, subject, videoIds: [video.id] }
}

/** `/videos/:id`: for its owner and admins. */
export function findVideoSubject(context: Context): FindSubject {
  return async (request) => {
    const { me, video } = await requireOwn(context, request)
    return videoSubject(context, { askerId: me.id, video })
  }
}

/** `/me`: all videos of the asker. */
export function findOwnerSubject({ accounts, catalog }: Context): FindSubject {
  return async (request) => {
    const me = await requireReader(accounts, request)
    const rows = await catalog.database.selectFrom('video').select('id').where('owner_id', '=', me.id).execute()
    return several(me.id, { kind: 'owner', id: me.id, title: me.name }, rows)
  }
}

/**
 * `/vpubs/:slug`, for its owner and admins: those of their own videos that are posted in it. Where others' videos play is
 * theirs to know, and anybody may post a public video into a room of his own.
 */
export function findVPubSubject({ accounts, catalog }: Context): FindSubject {
  return async (request) => {
    const me = await requireReader(accounts, request)
    const slug = slugSchema.safeParse(request.params.slug)
    const room = slug.success ? await findRoom(slug.data) : undefined
    if (!room || !mayManage(room, me)) throw new AppError('not_found')
    return several(me.id, { kind: 'vpub', id: room.slug, title: room.name }, await postedIn(room.id, me))
  }

  function findRoom(slug: string) {
    return catalog.database.selectFrom('vpub').selectAll().where('slug', '=', slug).executeTakeFirst()
  }

  function postedIn(roomId: string, me: NonNullable<Reader>) {
    return catalog.database
      .selectFrom('vpub_post')
      .innerJoin('video', 'video.id', 'vpub_post.video_id')
      .select('video.id')
      .where('vpub_post.vpub_id', '=', roomId)
      .where('video.owner_id', '=', me.id)
      .execute()
  }
}

function several(
  askerId: string,
  named: Pick<ViewsSubject, 'id' | 'title'> & { kind: 'owner' | 'vpub' },
  rows: { id: string }[],
): Asked {
  const subject = { ...named, videos: rows.length, durationMs: 0, posterUrl: null }
  return { askerId, subject, videoIds: rows.map((row) => row.id) }
}
