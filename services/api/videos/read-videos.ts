import type { Kysely } from 'kysely'
import { isUnwanted } from '#catalog/originals.ts'
import type { Database, VideoRow } from '#catalog/schema.ts'
import { type Cursor, pageSize } from '../http/paging.ts'

export type VideoWithOwner = VideoRow & { owner_name: string }
export type FoundVideo = VideoWithOwner & { is_original_unwanted: boolean }

/** Null where there is no such video; whether the reader may see it is asked of access.ts. */
export async function findVideo(database: Kysely<Database>, id: string): Promise<FoundVideo | null> {
  const found = videosWithOwner(database).select(isUnwanted.as('is_original_unwanted')).where('video.id', '=', id)
  return (await found.executeTakeFirst()) ?? null
}

/** Public videos that somebody can watch, newest first; one row more than a page, which tells that there is a next one. */
export async function listNewest(database: Kysely<Database>, cursor: Cursor | null): Promise<VideoWithOwner[]> {
  return videosWithOwner(database)
    .where('video.visibility', '=', 'public')
    .where('video.published_at', 'is not', null)
    .$if(cursor !== null, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('video.published_at', 'video.id'), '<', tuple(cursor!.at, cursor!.id)),
      ),
    )
    .orderBy('video.published_at', 'desc')
    .orderBy('video.id', 'desc')
    .limit(pageSize + 1)
    .execute()
}

/** All videos of one owner, in whatever state, newest first. */
export async function listOwned(
  database: Kysely<Database>,
  ownerId: string,
  cursor: Cursor | null,
): Promise<VideoWithOwner[]> {
  return videosWithOwner(database)
    .where('video.owner_id', '=', ownerId)
    .$if(cursor !== null, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('video.created_at', 'video.id'), '<', tuple(cursor!.at, cursor!.id)),
      ),
    )
    .orderBy('video.created_at', 'desc')
    .orderBy('video.id', 'desc')
    .limit(pageSize + 1)
    .execute()
}

export async function listVPubsOf(
  database: Kysely<Database>,
  videoId: string,
): Promise<{ slug: string; name: string }[]> {
  return database
    .selectFrom('vpub_post')
    .innerJoin('vpub', 'vpub.id', 'vpub_post.vpub_id')
    .select(['vpub.slug', 'vpub.name'])
    .where('vpub_post.video_id', '=', videoId)
    .orderBy('vpub_post.posted_at')
    .execute()
}

export function videosWithOwner(database: Kysely<Database>) {
  return database
    .selectFrom('video')
    .innerJoin('user', 'user.id', 'video.owner_id')
    .selectAll('video')
    .select('user.name as owner_name')
}
