import type { Kysely } from 'kysely'
import type { Reader } from '#catalog/access.ts'
import type { Database } from '#catalog/schema.ts'
import type { VPub } from '#contract/vpub.ts'
import { pageSize } from '../http/paging.ts'
import { videosWithOwner } from '../videos/read-videos.ts'

export type VPubRow = Awaited<ReturnType<typeof listVPubs>>[number]

/** Rooms with their owner and how many people and videos are in them. */
function vpubsWithCounts(database: Kysely<Database>, reader: Reader) {
  return database
    .selectFrom('vpub')
    .innerJoin('user', 'user.id', 'vpub.owner_id')
    .selectAll('vpub')
    .select(({ selectFrom, exists, lit, fn }) => [
      'user.name as owner_name',
      selectFrom('vpub_member')
        .whereRef('vpub_member.vpub_id', '=', 'vpub.id')
        .select(fn.countAll<string>().as('count'))
        .as('member_count'),
      selectFrom('vpub_post')
        .innerJoin('video', 'video.id', 'vpub_post.video_id')
        .where('video.visibility', '=', 'public')
        .whereRef('vpub_post.vpub_id', '=', 'vpub.id')
        .select(fn.countAll<string>().as('count'))
        .as('video_count'),
      exists(
        selectFrom('vpub_member')
          .whereRef('vpub_member.vpub_id', '=', 'vpub.id')
          .where('vpub_member.user_id', '=', reader?.id ?? '')
          .select(lit(1).as('one')),
      ).as('is_member'),
    ])
}

export async function listVPubs(database: Kysely<Database>, reader: Reader) {
  return vpubsWithCounts(database, reader).orderBy('vpub.created_at', 'desc').limit(200).execute()
}

export async function findVPub(database: Kysely<Database>, slug: string, reader: Reader): Promise<VPubRow | null> {
  return (await vpubsWithCounts(database, reader).where('vpub.slug', '=', slug).executeTakeFirst()) ?? null
}

/** Public videos of a room that can be watched, last posted first. */
export async function listPosts(database: Kysely<Database>, vpubId: string) {
  return videosWithOwner(database)
    .innerJoin('vpub_post', 'vpub_post.video_id', 'video.id')
    .innerJoin('user as poster', 'poster.id', 'vpub_post.posted_by')
    .select(['vpub_post.posted_at', 'poster.name as posted_by_name'])
    .where('vpub_post.vpub_id', '=', vpubId)
    .where('video.visibility', '=', 'public')
    .where('video.published_at', 'is not', null)
    .orderBy('vpub_post.posted_at', 'desc')
    .limit(pageSize + 1)
    .execute()
}

export function presentVPub(row: VPubRow): VPub {
  return {
    slug: row.slug,
    name: row.name,
    description: row.description,
    ownerName: row.owner_name,
    memberCount: Number(row.member_count),
    videoCount: Number(row.video_count),
    isMember: Boolean(row.is_member),
    createdAt: row.created_at.toISOString(),
  }
}
