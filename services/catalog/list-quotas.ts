import { type Kysely, sql } from 'kysely'
import type { PersonQuota } from '#contract/quota.ts'
import { type QuotaDefaults, sumOfKept } from './quota.ts'
import type { Database } from './schema.ts'

/** The last of the page before. */
export interface QuotaCursor {
  usedBytes: number
  id: string
}

interface Wanted {
  defaults: QuotaDefaults
  /** Part of a name or of a mail address; empty for everybody. */
  search: string
  after: QuotaCursor | null
  most: number
}

/** Who keeps most first. */
export async function listQuotas(
  database: Kysely<Database>,
  { defaults, search, after, most }: Wanted,
): Promise<PersonQuota[]> {
  const rows = await database
    .selectFrom('user')
    .leftJoin('video', (join) => join.onRef('video.owner_id', '=', 'user.id').on('video.status', '!=', 'uploading'))
    .leftJoin('upload_quota', 'upload_quota.user_id', 'user.id')
    .select(['user.id', 'user.name', 'user.email', 'upload_quota.max_bytes', 'upload_quota.max_videos'])
    .select([sumOfKept.as('bytes'), sql<string>`count(video.id)`.as('videos')])
    .where(sql<boolean>`strpos(lower("user".name || ' ' || "user".email), lower(${search})) > 0`)
    .groupBy(['user.id', 'upload_quota.user_id'])
    .$if(after !== null, (query) =>
      query.having(
        sql<boolean>`${sumOfKept} < ${after!.usedBytes} OR (${sumOfKept} = ${after!.usedBytes} AND "user".id > ${after!.id})`,
      ),
    )
    .orderBy('bytes', 'desc')
    .orderBy('user.id')
    .limit(most)
    .execute()
  return rows.map(({ id, name, email, max_bytes, max_videos, bytes, videos }) => {
    const own = { maxBytes: max_bytes === null ? null : Number(max_bytes), maxVideos: max_videos }
    return {
      id,
      name,
      email,
      usedBytes: Number(bytes),
      maxBytes: own.maxBytes ?? defaults.maxBytes,
      videos: Number(videos),
      maxVideos: own.maxVideos ?? defaults.maxVideos,
      own,
    }
  })
}
