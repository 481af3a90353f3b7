import type { Kysely } from 'kysely'
import { type Attempt, isSpent } from './attempts.ts'
import type { Database, VideoRow } from './schema.ts'

export type Claim =
  | { kind: 'claimed'; attempt: Attempt; video: VideoRow }
  /** The attempt was cut into parts before its worker was lost, and goes on. */
  | { kind: 'planned'; attempt: Attempt }
  | { kind: 'gone' }
  | { kind: 'spent' }

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
