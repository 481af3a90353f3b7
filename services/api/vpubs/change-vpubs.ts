import type { Kysely } from 'kysely'
import type { Database } from '#catalog/schema.ts'
import type { NewVPub } from '#contract/vpub.ts'

/** Makes the room with its owner as the first member. Rejects with a unique violation where the slug is taken. */
export async function createVPub(database: Kysely<Database>, room: NewVPub, ownerId: string): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const { id } = await transaction
      .insertInto('vpub')
      .values({ ...room, owner_id: ownerId })
      .returning('id')
      .executeTakeFirstOrThrow()
    await transaction.insertInto('vpub_member').values({ vpub_id: id, user_id: ownerId }).execute()
  })
}

/** Joining twice is joining once. */
export async function joinVPub(database: Kysely<Database>, vpubId: string, userId: string): Promise<void> {
  await database
    .insertInto('vpub_member')
    .values({ vpub_id: vpubId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A video stands in a room once; posting it again changes nothing. */
export async function postVideo(
  database: Kysely<Database>,
  post: { vpubId: string; videoId: string; userId: string },
): Promise<void> {
  await database
    .insertInto('vpub_post')
    .values({ vpub_id: post.vpubId, video_id: post.videoId, posted_by: post.userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** With `postedBy` only a post of that person is removed. */
export async function removePost(
  database: Kysely<Database>,
  post: { vpubId: string; videoId: string; postedBy: string | null },
): Promise<void> {
  await database
    .deleteFrom('vpub_post')
    .where('vpub_id', '=', post.vpubId)
    .where('video_id', '=', post.videoId)
    .$if(post.postedBy !== null, (query) => query.where('posted_by', '=', post.postedBy!))
    .execute()
}
