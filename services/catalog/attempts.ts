import { type Kysely, sql } from 'kysely'
import { type Progress, unfinishedStatuses, type VideoStatus } from '#contract/video.ts'
import { maxAttempts } from './jobs.ts'
import type { Database } from './schema.ts'
import { updateCurrent } from './update-current.ts'

/** The worker's side of a video. Every write names the attempt it was claimed with: `update-current.ts`. */
export interface Attempt {
  videoId: string
  number: number
}

/** A video that is being made; what ended, well or not, is changed by no worker any more. */
export const openStatuses: VideoStatus[] = ['processing', 'playable']

/** How an attempt ends whose worker was asked to stop; not the file's fault, so it costs no try. */
export const stoppedOutcome = 'stopped'

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
    .where('status', 'in', unfinishedStatuses)
    .executeTakeFirst()
  return video !== undefined
}

export async function recordProgress(
  database: Kysely<Database>,
  attempt: Attempt,
  progress: Progress,
): Promise<boolean> {
  const result = await updateCurrent(database, attempt, { progress: JSON.stringify(progress) }).executeTakeFirst()
  return result.numUpdatedRows > 0n
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

/** Attempts that a former process of this worker was killed with; those that were cut into parts go on without it. */
export async function takeAbandoned(
  database: Kysely<Database>,
  worker: string,
): Promise<{ videoId: string; number: number; jobId: string }[]> {
  const rows = await database
    .updateTable('transcode_attempt')
    .set({ finished_at: sql<Date>`now()`, outcome: 'abandoned' })
    .where('worker', '=', worker)
    .where('finished_at', 'is', null)
    .where('plan', 'is', null)
    .returning(['video_id', 'attempt', 'job_id'])
    .execute()
  return rows.map((row) => ({ videoId: row.video_id, number: row.attempt, jobId: row.job_id }))
}
