import { type Kysely, sql, type Transaction } from 'kysely'
import { AppError } from '#contract/errors.ts'
import type { QuotaUse } from '#contract/quota.ts'
import type { Database } from './schema.ts'

/** What everybody may keep who was given no number of his own; null is without end. */
export interface QuotaDefaults {
  maxBytes: number | null
  maxVideos: number | null
}

/** Asked of rows of `video`: bytes that were uploaded and are kept, not those that we make of them. */
export const sumOfKept = sql<string>`coalesce(sum(video.source_bytes) FILTER (WHERE video.source_key IS NOT NULL), 0)`

/** What a person keeps and may keep. */
export async function readQuotaUse(
  database: Kysely<Database>,
  ownerId: string,
  defaults: QuotaDefaults,
): Promise<QuotaUse> {
  const [kept, own] = await Promise.all([
    database
      .selectFrom('video')
      .select([sumOfKept.as('bytes'), sql<string>`count(*)`.as('videos')])
      .where('owner_id', '=', ownerId)
      // A draft keeps nothing yet.
      .where('status', '!=', 'uploading')
      .executeTakeFirstOrThrow(),
    database.selectFrom('upload_quota').selectAll().where('user_id', '=', ownerId).executeTakeFirst(),
  ])
  return {
    usedBytes: Number(kept.bytes),
    maxBytes: own?.max_bytes == null ? defaults.maxBytes : Number(own.max_bytes),
    videos: Number(kept.videos),
    maxVideos: own?.max_videos ?? defaults.maxVideos,
  }
}

/**
 * Throws `quota` or `quota_videos` where one more video of that size is more than the person may keep; or, where it takes the place of a file
 * of `replacedBytes`, that much less.
 */
export async function requireQuota(
  database: Kysely<Database>,
  ownerId: string,
  moreBytes: number,
  defaults: QuotaDefaults,
  replacedBytes?: number,
): Promise<void> {
  const { usedBytes, maxBytes, videos, maxVideos } = await readQuotaUse(database, ownerId, defaults)
  if (maxBytes !== null && usedBytes - (replacedBytes ?? 0) + moreBytes > maxBytes) throw new AppError('quota')
  if (replacedBytes === undefined && maxVideos !== null && videos + 1 > maxVideos)
    throw new AppError('quota_videos', `You have ${videos} of ${maxVideos} videos; delete one to upload another.`)
}

/** Until the transaction ends nobody else adds to what this person keeps, so that two uploads can't both be the last that fits. */
export async function holdQuota(transaction: Transaction<Database>, ownerId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`quota ${ownerId}`}, 0))`.execute(transaction)
}

/** Null takes the number away, so that the configuration counts again. Throws `not_found` where there is no such person. */
export async function setQuota(database: Kysely<Database>, ownerId: string, own: QuotaDefaults): Promise<void> {
  const numbers = { max_bytes: own.maxBytes, max_videos: own.maxVideos, updated_at: new Date() }
  const person = await database.selectFrom('user').select('id').where('id', '=', ownerId).executeTakeFirst()
  if (!person) throw new AppError('not_found')
  await database
    .insertInto('upload_quota')
    .values({ user_id: ownerId, ...numbers })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(numbers))
    .execute()
}
