import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database, ShareLinkRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import type { NewShareLink } from '#contract/share-links.ts'

const tokenBytes = 24

/** More than one video is ever shown to; a script that makes links without end is a fault. */
const mostLinks = 100

/** Throws `bad_request` where there are too many, or the link would be over before it begins. */
export async function createLink(
  database: Kysely<Database>,
  { videoId, link }: { videoId: string; link: NewShareLink },
): Promise<ShareLinkRow> {
  if (link.expiresAtMs !== null && link.expiresAtMs <= Date.now())
    throw new AppError('bad_request', 'The link would have expired already; choose a later moment.')
  return database.transaction().execute(async (transaction) => {
    // Two at once would each find room for one: whoever makes a link waits for the other.
    await transaction.selectFrom('video').select('id').where('id', '=', videoId).forNoKeyUpdate().execute()
    if ((await listLinks(transaction, videoId)).length >= mostLinks)
      throw new AppError('bad_request', `This video has ${mostLinks} links; revoke one that is no longer needed.`)
    return transaction
      .insertInto('share_link')
      .values({
        id: randomBytes(8).toString('hex'),
        video_id: videoId,
        // 192 random bits: who has not been given the address can't find it.
        token: randomBytes(tokenBytes).toString('base64url'),
        name: link.name,
        filter: JSON.stringify(link.filter),
        expires_at: link.expiresAtMs === null ? null : new Date(link.expiresAtMs),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** Newest first; expired ones too, so that their owner sees why somebody asks him. */
export async function listLinks(database: Kysely<Database>, videoId: string): Promise<ShareLinkRow[]> {
  return database
    .selectFrom('share_link')
    .selectAll()
    .where('video_id', '=', videoId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

/** False where the video has no such link. */
export async function revokeLink(database: Kysely<Database>, link: { id: string; videoId: string }): Promise<boolean> {
  const result = await database
    .deleteFrom('share_link')
    .where('id', '=', link.id)
    .where('video_id', '=', link.videoId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** The link of a token that is still good, or null: one that never was, was revoked, or has expired. */
export async function findOpenLink(database: Kysely<Database>, token: string): Promise<ShareLinkRow | null> {
  const row = await database.selectFrom('share_link').selectAll().where('token', '=', token).executeTakeFirst()
  if (!row || (row.expires_at !== null && row.expires_at.getTime() <= Date.now())) return null
  return row
}
