import { type Kysely, sql, type Transaction, type UpdateObject } from 'kysely'
import { type Attempt, openStatuses } from './attempts.ts'
import { maxAttempts } from './jobs.ts'
import type { Catalog } from './open-catalog.ts'
import type { PartRow } from './part-tables.ts'
import type { Database, VideoRow } from './schema.ts'
import { giveTurn } from './turns.ts'

/** A part in a worker's hands. Every write names the try, so that one that was presumed dead changes nothing. */
export interface PartClaim {
  videoId: string
  attempt: number
  part: number
  try: number
}

export type PartTaken =
  | { kind: 'claimed'; claim: PartClaim; row: PartRow; video: VideoRow; plan: object }
  | { kind: 'gone' }
  /** Killed its workers until no try was left; whoever was at it last has lost it. */
  | { kind: 'spent'; claim: PartClaim; row: PartRow }

/** Counts the try when it begins, not when it fails: a part that kills its worker runs out of tries too. */
export async function claimPart(
  database: Kysely<Database>,
  job: { videoId: string; attempt: number; part: number; jobId: string; worker: string },
): Promise<PartTaken> {
  return database.transaction().execute(async (transaction) => {
    const key = { videoId: job.videoId, attempt: job.attempt, part: job.part }
    const row = await rowOf(transaction, key).forUpdate().executeTakeFirst()
    if (!row || row.state === 'done') return { kind: 'gone' }
    const found = await transaction
      .selectFrom('video')
      .innerJoin('transcode_attempt', 'transcode_attempt.video_id', 'video.id')
      .selectAll('video')
      .select('plan')
      .where('video.id', '=', job.videoId)
      .where('transcode_attempt.attempt', '=', job.attempt)
      .where('video.current_attempt', '=', job.attempt)
      .where('status', 'in', openStatuses)
      .executeTakeFirst()
    if (!found?.plan) return { kind: 'gone' }
    const isSpent = row.tries_spent >= maxAttempts
    const counted = { try: row.try + 1, tries_spent: row.tries_spent + (isSpent ? 0 : 1) }
    const held = { state: 'active' as const, worker: job.worker, job_id: job.jobId }
    await update(transaction, key, { ...held, ...counted, frames_done: 0 })
    const taken = { claim: { ...key, try: counted.try }, row: { ...row, ...counted } }
    if (isSpent) return { kind: 'spent', ...taken }
    if (row.kind === 'pictures' || row.kind === 'sound') await giveTurn(transaction, found.owner_id, row.turn)
    const { plan, ...video } = found
    return { kind: 'claimed', ...taken, video, plan }
  })
}

/**
 * Marks a part as done with what there is to say about it. The last one of an attempt queues the joining, in the same
 * transaction. False where the part is somebody else's by now; what was made is then nobody's.
 */
export async function finishPart(
  { database, jobs }: Pick<Catalog, 'database' | 'jobs'>,
  claim: PartClaim,
  result: object,
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    // Two that end at once take their turns here, so that one of them sees the other's end.
    await transaction
      .selectFrom('transcode_attempt')
      .select('attempt')
      .where('video_id', '=', claim.videoId)
      .where('attempt', '=', claim.attempt)
      .forUpdate()
      .execute()
    const isOwn = await updateHeld(transaction, claim, { state: 'done', result: JSON.stringify(result), speed: 0 })
    if (!isOwn) return false
    const open = await openParts(transaction, claim)
    const finish = open.find((part) => part.kind === 'finish')
    if (open.length === 1 && finish) {
      const { videoId, attempt } = claim
      await jobs.queueParts(transaction, [{ kind: 'finish', videoId, attempt, part: finish.part, turn: null }])
    }
    return true
  })
}

function openParts(database: Kysely<Database>, { videoId, attempt }: PartClaim) {
  return database
    .selectFrom('transcode_part')
    .select(['part', 'kind'])
    .where('video_id', '=', videoId)
    .where('attempt', '=', attempt)
    .where('state', 'in', ['waiting', 'active'])
    .execute()
}

/**
 * Puts a part back, perhaps with another turn; where its worker was only asked to stop, the try costs nothing.
 * False where the part is not this worker's any more.
 */
export async function releasePart(
  database: Kysely<Database>,
  claim: PartClaim,
  { isFree, turn }: { isFree: boolean; turn?: number },
): Promise<boolean> {
  const spent = isFree ? sql<number>`tries_spent - 1` : sql<number>`tries_spent`
  const waiting = { state: 'waiting' as const, worker: null, speed: 0, tries_spent: spent }
  return updateHeld(database, claim, { ...waiting, ...(turn !== undefined && { turn }) })
}

/** False where the part is not this worker's any more. */
export async function recordPartProgress(
  database: Kysely<Database>,
  claim: PartClaim,
  { frames, speed }: { frames: number; speed: number },
): Promise<boolean> {
  return updateHeld(database, claim, { frames_done: frames, speed })
}

/** Parts that a former process of this worker was killed with; they wait again from here on. */
export async function takeAbandonedParts(database: Kysely<Database>, worker: string): Promise<PartRow[]> {
  return database
    .updateTable('transcode_part')
    .set({ state: 'waiting', worker: null, speed: 0 })
    .where('worker', '=', worker)
    .where('state', '=', 'active')
    .returningAll()
    .execute()
}

/**
 * For attempts that came to their end, whichever: nothing of this one, or of those before it, is left to be made.
 * Workers that are still at it notice at their next word.
 */
export async function forgetParts(database: Kysely<Database>, { videoId, number }: Attempt): Promise<void> {
  await database.deleteFrom('transcode_part').where('video_id', '=', videoId).where('attempt', '<=', number).execute()
}

type PartKey = Pick<PartClaim, 'videoId' | 'attempt' | 'part'>
type Change = UpdateObject<Database, 'transcode_part'>

function rowOf(database: Kysely<Database>, { videoId, attempt, part }: PartKey) {
  return database
    .selectFrom('transcode_part')
    .selectAll()
    .where('video_id', '=', videoId)
    .where('attempt', '=', attempt)
    .where('part', '=', part)
}

function updateOf(database: Kysely<Database>, { videoId, attempt, part }: PartKey, values: Change) {
  return database
    .updateTable('transcode_part')
    .set({ ...values, updated_at: sql`now()` })
    .where('video_id', '=', videoId)
    .where('attempt', '=', attempt)
    .where('part', '=', part)
}

async function update(transaction: Transaction<Database>, key: PartKey, values: Change): Promise<void> {
  await updateOf(transaction, key, values).execute()
}

async function updateHeld(database: Kysely<Database>, claim: PartClaim, values: Change): Promise<boolean> {
  const result = await updateOf(database, claim, values)
    .where('try', '=', claim.try)
    .where('state', '=', 'active')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('video')
          .select('video.id')
          .where('video.id', '=', claim.videoId)
          .where('video.current_attempt', '=', claim.attempt)
          .where('video.status', 'in', openStatuses),
      ),
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
