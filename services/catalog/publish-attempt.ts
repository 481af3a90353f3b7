import { type Kysely, sql } from 'kysely'
import { type Attempt, openStatuses } from './attempts.ts'
import { replaceFailedFlag } from './former-file.ts'
import type { Database } from './schema.ts'
import { updateCurrent } from './update-current.ts'

/**
 * The one switch: after this viewers get `prefix`, and with it what is known of it, so that no play is measured by the length
 * of another file. False where the attempt is no longer the current one, or something later than `prefix` is shown already;
 * the prefix is then nobody's. Safe to repeat.
 */
export async function publishAttempt(
  database: Kysely<Database>,
  attempt: Attempt & { firstTry?: number },
  publication: { prefix: string; posterKey: string | null; isWhole: boolean; facts?: SourceFacts },
): Promise<boolean> {
  const { prefix, posterKey, isWhole, facts } = publication
  const result = await updateCurrent(database, attempt, {
    published_prefix: prefix,
    published_at: sql<Date>`coalesce(published_at, now())`,
    ...(facts && columnsOf(facts)),
    // From here on nobody goes back to the file before.
    ...(isWhole && { former: null }),
    poster_key: posterKey ?? posterOfPresentFile,
    status: isWhole ? 'ready' : 'playable',
  })
    // A worker that was paused for long must not put a beginning in the place of the whole.
    .where(({ or, eb }) => or([eb('status', 'in', openStatuses), eb('published_prefix', '=', prefix)]))
    .$if(!isWhole, (query) => query.where(isLatestFirst(attempt)))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** What an earlier attempt at the same file has drawn stays; a picture of the file before does not stand for the new one. */
const posterOfPresentFile = sql<string | null>`CASE
  WHEN former IS NULL OR substring(poster_key FROM '/a([0-9]+)/')::integer > former_attempts THEN poster_key
END`

/** Whether a first version may still be added to: nobody has begun it anew, and nothing has taken its place. */
export async function mayGrow(database: Kysely<Database>, attempt: Attempt & { firstTry?: number }): Promise<boolean> {
  const video = await database
    .selectFrom('video')
    .select('id')
    .where('id', '=', attempt.videoId)
    .where('current_attempt', '=', attempt.number)
    .where('status', 'in', openStatuses)
    .where(isLatestFirst(attempt))
    .executeTakeFirst()
  return video !== undefined
}

/** Whether nobody else has begun a first version of this attempt since. */
function isLatestFirst({ videoId, number, firstTry = 1 }: Attempt & { firstTry?: number }) {
  return sql<boolean>`NOT EXISTS (
    SELECT 1
    FROM transcode_part
    WHERE video_id = ${videoId} AND attempt = ${number} AND kind = 'first' AND try > ${firstTry}
  )`
}

/** What was learnt about what is published while it grew; false, too, where something whole has taken its place. */
export async function recordFacts(database: Kysely<Database>, attempt: Attempt, facts: SourceFacts): Promise<boolean> {
  const result = await updateCurrent(database, attempt, columnsOf(facts))
    .where('status', 'in', openStatuses)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export interface SourceFacts {
  durationMs: number
  width: number
  height: number
  flags: string[]
}

function columnsOf({ durationMs, width, height, flags }: SourceFacts) {
  // That another file could not take the place of this one stays to be told, until the next one is tried.
  const told = sql<string[]>`${flags}::text[] || CASE
    WHEN ${replaceFailedFlag} = ANY (video.flags) THEN ARRAY[${replaceFailedFlag}]
    ELSE '{}'
  END`
  return { duration_ms: durationMs, width, height, flags: told }
}
