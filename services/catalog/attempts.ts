import { type Kysely, sql, type UpdateObject } from 'kysely'
import type { Progress, VideoStatus } from '#contract/video.ts'
import { restoredFrom } from './former-file.ts'
import { type Jobs, maxAttempts } from './jobs.ts'
import type { Database, VideoRow } from './schema.ts'

/**
 * The worker's side of a video. Every write names the attempt it was claimed with and changes nothing
 * where a later attempt has begun or the video is gone, so that a worker that was paused or presumed dead can't publish.
 */
export interface Attempt {
  videoId: string
  number: number
}

export type Claim =
  | { kind: 'claimed'; attempt: Attempt; video: VideoRow }
  /** The attempt was cut into parts before its worker was lost, and goes on. */
  | { kind: 'planned'; attempt: Attempt }
  | { kind: 'gone' }
  | { kind: 'spent' }

/** A video that is being made; what ended, well or not, is changed by no worker any more. */
export const openStatuses: VideoStatus[] = ['processing', 'playable']

/** How an attempt ends whose worker was asked to stop; not the file's fault, so it costs no try. */
export const stoppedOutcome = 'stopped'

/**
 * Counts the attempt when it begins, not when it fails: a file that kills its worker runs out of tries too.
 * The number only tells attempts apart; it grows with every claim, also after a stop that cost no try.
 */
export async function claimAttempt(
  database: Kysely<Database>,
  job: { videoId: string; jobId: string; worker: string },
): Promise<Claim> {
  return database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .selectAll()
      .where('id', '=', job.videoId)
      .forUpdate()
      .executeTakeFirst()
    if (!video?.source_key || video.status === 'ready' || video.status === 'failed') return { kind: 'gone' }
    const current = { videoId: video.id, number: video.current_attempt }
    if (await isPlanned(transaction, current)) return { kind: 'planned', attempt: current }
    if (await isSpent(transaction, video.id)) return { kind: 'spent' }
    const number = video.current_attempt + 1
    await transaction
      .updateTable('video')
      .set({ current_attempt: number, status: video.status === 'playable' ? 'playable' : 'processing' })
      .where('id', '=', video.id)
      .execute()
    await transaction
      .insertInto('transcode_attempt')
      .values({ video_id: video.id, attempt: number, job_id: job.jobId, worker: job.worker })
      .execute()
    return { kind: 'claimed', attempt: { videoId: video.id, number }, video: { ...video, current_attempt: number } }
  })
}

async function isPlanned(database: Kysely<Database>, { videoId, number }: Attempt): Promise<boolean> {
  const row = await database
    .selectFrom('transcode_attempt')
    .select('attempt')
    .where('video_id', '=', videoId)
    .where('attempt', '=', number)
    .where('plan', 'is not', null)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether the attempts that were begun, the running one included, are all that a video gets. */
export async function isSpent(database: Kysely<Database>, videoId: string): Promise<boolean> {
  const tries = await database
    .selectFrom('transcode_attempt')
    .select('attempt')
    .where('video_id', '=', videoId)
    .where('outcome', 'is distinct from', stoppedOutcome)
    // Those before were made of a file that was replaced since.
    .where('attempt', '>', ({ selectFrom }) =>
      selectFrom('video').select('former_attempts').where('video.id', '=', videoId),
    )
    .execute()
  return tries.length >= maxAttempts
}

/** False where a later attempt has begun or the video is gone. */
export async function isCurrent(database: Kysely<Database>, attempt: Attempt): Promise<boolean> {
  const video = await database
    .selectFrom('video')
    .select('current_attempt')
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  return video?.current_attempt === attempt.number
}

/** Whether the attempt is current and the video not yet whole, failed or stopped. */
export async function isOpen(database: Kysely<Database>, attempt: Attempt): Promise<boolean> {
  const video = await database
    .selectFrom('video')
    .select('id')
    .where('id', '=', attempt.videoId)
    .where('current_attempt', '=', attempt.number)
    .where('status', 'in', ['queued', ...openStatuses])
    .executeTakeFirst()
  return video !== undefined
}

export async function recordProgress(
  database: Kysely<Database>,
  attempt: Attempt,
  progress: Progress,
): Promise<boolean> {
  return change(database, attempt, { progress: JSON.stringify(progress) })
}

/** What was learnt about what is published while it grew; false, too, where something whole has taken its place. */
export async function recordFacts(database: Kysely<Database>, attempt: Attempt, facts: SourceFacts): Promise<boolean> {
  const result = await changeOf(database, attempt, columnsOf(facts))
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
  return { duration_ms: durationMs, width, height, flags }
}

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
  const result = await changeOf(database, attempt, {
    published_prefix: prefix,
    published_at: sql<Date>`coalesce(published_at, now())`,
    ...(facts && columnsOf(facts)),
    // From here on nobody goes back to the file before.
    ...(isWhole && { former: null }),
    ...(posterKey && { poster_key: posterKey }),
    status: isWhole ? 'ready' : 'playable',
  })
    // A worker that was paused for long must not put a beginning in the place of the whole.
    .where(({ or, eb }) => or([eb('status', 'in', openStatuses), eb('published_prefix', '=', prefix)]))
    .$if(!isWhole, (query) => query.where(isLatestFirst(attempt)))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Whether nobody else has begun a first version of this attempt since. */
function isLatestFirst({ videoId, number, firstTry = 1 }: Attempt & { firstTry?: number }) {
  return sql<boolean>`NOT EXISTS (
    SELECT 1
    FROM transcode_part
    WHERE video_id = ${videoId} AND attempt = ${number} AND kind = 'first' AND try > ${firstTry}
  )`
}

/**
 * The end of the work on a video that can't be processed. Where something was published before, viewers keep it:
 * the video stays watchable and says by a flag that sharper versions will not come.
 * The attempt is nobody's from here on, so that everybody who still works on the video notices.
 */
export async function failVideo(
  database: Kysely<Database>,
  attempt: Attempt,
  failure: { code: string; message: string; flag?: string },
): Promise<boolean> {
  const { code, message, flag = 'ladder_failed' } = failure
  const told = { failure_code: code, failure_message: message, progress: null, current_attempt: attempt.number + 1 }
  if (!database.isTransaction)
    return database.transaction().execute((transaction) => failVideo(transaction, attempt, failure))
  // Locked, for somebody may be publishing; what is whole already did not fail, however its worker ended.
  const video = await database
    .selectFrom('video')
    .select(['published_prefix', 'flags', 'former'])
    .where('id', '=', attempt.videoId)
    .where('status', 'in', ['queued', ...openStatuses])
    .forUpdate()
    .executeTakeFirst()
  if (!video) return false
  // The file that was replaced is shown again, with all that was known of it.
  if (video.former)
    return change(database, attempt, {
      ...told,
      ...restoredFrom(video.former, flag === 'cancelled'),
      former_attempts: attempt.number + 1,
    })
  const flags = [...new Set([...video.flags, flag])]
  const end = video.published_prefix ? { status: 'ready' as const, flags } : { status: 'failed' as const }
  return change(database, attempt, { ...told, ...end })
}

export async function finishAttempt(database: Kysely<Database>, attempt: Attempt, outcome: string): Promise<void> {
  await database
    .updateTable('transcode_attempt')
    // The database's clock: those of workers may be wrong.
    .set({ finished_at: sql<Date>`now()`, outcome })
    .where('video_id', '=', attempt.videoId)
    .where('attempt', '=', attempt.number)
    .execute()
}

/** Gives up what an attempt made and begins another. Who may have one is decided when it is claimed. */
export async function restartAttempt(
  { database, jobs }: { database: Kysely<Database>; jobs: Pick<Jobs, 'queueTranscode'> },
  attempt: Attempt,
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await finishAttempt(transaction, attempt, 'again')
    await transaction
      .updateTable('transcode_part')
      .set({ state: 'cancelled', speed: 0 })
      .where('video_id', '=', attempt.videoId)
      .where('attempt', '<=', attempt.number)
      .where('state', 'in', ['waiting', 'active'])
      .execute()
    if (await isCurrent(transaction, attempt)) await jobs.queueTranscode(transaction, attempt.videoId)
  })
}

/** Attempts that a former process of this worker was killed with; those that were cut into parts go on without it. */
export async function takeAbandoned(
  database: Kysely<Database>,
  worker: string,
): Promise<{ videoId: string; number: number; jobId: string }[]> {
  const rows = await database
    .updateTable('transcode_attempt')
    .set({ finished_at: new Date(), outcome: 'abandoned' })
    .where('worker', '=', worker)
    .where('finished_at', 'is', null)
    .where('plan', 'is', null)
    .returning(['video_id', 'attempt', 'job_id'])
    .execute()
  return rows.map((row) => ({ videoId: row.video_id, number: row.attempt, jobId: row.job_id }))
}

async function change(database: Kysely<Database>, attempt: Attempt, values: Change): Promise<boolean> {
  const result = await changeOf(database, attempt, values).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

type Change = UpdateObject<Database, 'video'>

function changeOf(database: Kysely<Database>, attempt: Attempt, values: Change) {
  return database
    .updateTable('video')
    .set({ ...values, updated_at: sql<Date>`now()` })
    .where('id', '=', attempt.videoId)
    .where('current_attempt', '=', attempt.number)
}
