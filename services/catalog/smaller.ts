import { type Kysely, sql, type UpdateObject } from 'kysely'
import { maxAttempts, transcodeQueue } from './jobs.ts'
import type { Catalog } from './open-catalog.ts'
import type { Database, VideoRow } from './schema.ts'
import type { SmallerOutcome } from './smaller-table.ts'

/** The work on smaller renditions in a worker's hands. Every write names the try, so that one that was presumed dead changes nothing. */
export interface SmallerClaim {
  videoId: string
  /** What is published, and what the smaller renditions are to stand beside. */
  prefix: string
  try: number
}

export type SmallerTaken =
  | { kind: 'claimed'; claim: SmallerClaim; state: object; triesSpent: number; video: VideoRow }
  | { kind: 'gone' }

/** Counts the try when it begins, not when it fails. What was killed three times in a row is given up. */
export async function claimSmaller(database: Kysely<Database>, videoId: string): Promise<SmallerTaken> {
  return database.transaction().execute(async (transaction) => {
    const video = await published(transaction, videoId).forUpdate().executeTakeFirst()
    if (!video) return { kind: 'gone' }
    const prefix = video.published_prefix!
    await transaction
      .insertInto('smaller')
      .values({ video_id: videoId, prefix })
      .onConflict((conflict) =>
        conflict
          .column('video_id')
          .doUpdateSet({ prefix, state: '{}', outcome: null, tries_spent: 0 })
          .where('smaller.prefix', '<>', prefix),
      )
      .execute()
    const row = await transaction
      .updateTable('smaller')
      .set({
        try: sql`try + 1`,
        tries_spent: sql`tries_spent + 1`,
        outcome: sql<SmallerOutcome | null>`CASE WHEN tries_spent >= ${maxAttempts} THEN 'failed' END`,
        updated_at: sql`now()`,
      })
      .where('video_id', '=', videoId)
      .where('outcome', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!row || row.outcome !== null) return { kind: 'gone' }
    const claim = { videoId, prefix, try: row.try }
    return { kind: 'claimed', claim, state: row.state, triesSpent: row.tries_spent, video }
  })
}

/** Keeps a step that was done. False where it is somebody else's by now, or what is published has changed. */
export async function recordSmaller(database: Kysely<Database>, claim: SmallerClaim, state: object): Promise<boolean> {
  return changeHeld(database, claim, { state: JSON.stringify(state), tries_spent: 0 })
}

/** Puts it back; where nothing went wrong, the try costs nothing. */
export async function releaseSmaller(database: Kysely<Database>, claim: SmallerClaim): Promise<void> {
  await changeHeld(database, claim, { tries_spent: sql<number>`greatest(0, tries_spent - 1)` })
}

/**
 * Its end. `last` is done while the row of the video is locked, so that nothing else is published at the same time. False,
 * and nothing done, where something else is.
 */
export async function closeSmaller(
  database: Kysely<Database>,
  claim: SmallerClaim,
  outcome: SmallerOutcome,
  last: () => Promise<void> = async () => {},
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const video = await published(transaction, claim.videoId).forUpdate().executeTakeFirst()
    if (video?.published_prefix !== claim.prefix) return false
    if (!(await changeHeld(transaction, claim, { outcome }))) return false
    await last()
    return true
  })
}

async function changeHeld(
  database: Kysely<Database>,
  claim: SmallerClaim,
  values: UpdateObject<Database, 'smaller'>,
): Promise<boolean> {
  const result = await database
    .updateTable('smaller')
    .set({ ...values, updated_at: sql`now()` })
    .where('video_id', '=', claim.videoId)
    .where('prefix', '=', claim.prefix)
    .where('try', '=', claim.try)
    .where('outcome', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Whole, of a source that is still there, and in several sizes of our own making. */
function published(database: Kysely<Database>, videoId: string) {
  return database
    .selectFrom('video')
    .selectAll()
    .where('id', '=', videoId)
    .where('status', '=', 'ready')
    .where('source_key', 'is not', null)
    .where('published_prefix', 'like', '%/ladder')
}

// A few seconds are sent before a choice of codec could pay, and many small videos are not worth a core for minutes.
const leastMs = 20_000
// Below this a whole video takes less than its poster.
const leastShortSide = 360
const mostAtOnce = 10

/** Queues the latest videos that are long and large enough and were not looked at yet. Gives their ids. */
export async function queueMissingSmaller({ database, jobs }: Pick<Catalog, 'database' | 'jobs'>): Promise<string[]> {
  const videos = await database
    .selectFrom('video')
    .select('id')
    .where('status', '=', 'ready')
    .where('source_key', 'is not', null)
    .where('published_prefix', 'like', '%/ladder')
    .where('duration_ms', '>=', leastMs)
    .where(sql<boolean>`least(width, height) >= ${leastShortSide}`)
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM smaller
        WHERE smaller.video_id = video.id
        AND smaller.prefix = video.published_prefix
        AND smaller.outcome IS NOT NULL
      )`,
    )
    .where(
      sql<boolean>`NOT EXISTS (
        SELECT 1
        FROM pgboss.job
        WHERE job.name = ${transcodeQueue}
        AND job.state IN ('created', 'retry', 'active')
        AND job.data->>'kind' = 'smaller'
        AND job.data->>'videoId' = video.id
      )`,
    )
    .orderBy('published_at', 'desc')
    .limit(mostAtOnce)
    .execute()
  for (const { id } of videos) await jobs.queueSmaller(id)
  return videos.map(({ id }) => id)
}

/** Whether anything that people wait for is being made or is about to be. */
export async function isTranscodeBusy(database: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ is_busy: boolean }>`
    SELECT EXISTS (
      SELECT 1
      FROM pgboss.job
      WHERE name = ${transcodeQueue}
      AND coalesce(data->>'kind', 'video') <> 'smaller'
      AND (state = 'active' OR (state IN ('created', 'retry') AND start_after <= now() + interval '5 seconds'))
    ) AS is_busy
  `.execute(database)
  return rows[0]!.is_busy
}
