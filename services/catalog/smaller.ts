import { type Kysely, sql, type Transaction, type UpdateObject } from 'kysely'
import { maxAttempts } from './jobs.ts'
import type { Database, VideoRow } from './schema.ts'
import type { SmallerOutcome } from './smaller-table.ts'

/** The work on smaller renditions in a worker's hands. Every write names the try, so that one that was presumed dead changes nothing. */
export interface SmallerClaim {
  videoId: string
  /** What is published, and what the smaller renditions are to stand beside. */
  prefix: string
  try: number
}

/** A part of a rendition, as it was made. */
export interface SmallerPart {
  rung: string
  part: number
  made: object
}

export interface SmallerKept {
  claim: SmallerClaim
  state: object
  /** In their order. */
  parts: SmallerPart[]
}

/** `spent`: what was killed three times in a row is to be given up. */
export type SmallerTaken =
  | ({ kind: 'claimed'; triesSpent: number; video: VideoRow } & SmallerKept)
  | ({ kind: 'spent' } & SmallerKept)
  | { kind: 'gone' }

/** Counts the try when it begins, not when it fails. */
export async function claimSmaller(database: Kysely<Database>, videoId: string): Promise<SmallerTaken> {
  return database.transaction().execute(async (transaction) => {
    const video = await published(transaction, videoId).forUpdate().executeTakeFirst()
    if (!video) return { kind: 'gone' }
    const prefix = video.published_prefix!
    await beginAnew(transaction, videoId, prefix)
    const row = await transaction
      .updateTable('smaller')
      .set({ try: sql`try + 1`, tries_spent: sql`tries_spent + 1`, updated_at: sql`now()` })
      .where('video_id', '=', videoId)
      .where('outcome', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (!row) return { kind: 'gone' }
    const parts = await readParts(transaction, videoId)
    const kept = { claim: { videoId, prefix, try: row.try }, state: row.state, parts }
    if (row.tries_spent > maxAttempts) return { kind: 'spent', ...kept }
    return { kind: 'claimed', triesSpent: row.tries_spent, video, ...kept }
  })
}

/** Of what is published now nothing may be known that was learnt of something else. */
async function beginAnew(transaction: Transaction<Database>, videoId: string, prefix: string): Promise<void> {
  const begun = await transaction
    .insertInto('smaller')
    .values({ video_id: videoId, prefix })
    .onConflict((conflict) =>
      conflict
        .column('video_id')
        .doUpdateSet({ prefix, state: '{}', outcome: null, tries_spent: 0 })
        .where('smaller.prefix', '<>', prefix),
    )
    .executeTakeFirst()
  if (begun.numInsertedOrUpdatedRows) await forgetParts(transaction, videoId)
}

/** What is under way of a video's smaller renditions, with the try that holds it; null where nothing is. */
export async function findOpenSmaller(database: Kysely<Database>, videoId: string): Promise<SmallerKept | null> {
  const row = await database
    .selectFrom('smaller')
    .selectAll()
    .where('video_id', '=', videoId)
    .where('outcome', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return {
    claim: { videoId, prefix: row.prefix, try: row.try },
    state: row.state,
    parts: await readParts(database, videoId),
  }
}

async function readParts(database: Kysely<Database>, videoId: string): Promise<SmallerPart[]> {
  return database
    .selectFrom('smaller_part')
    .select(['rung', 'part', 'made'])
    .where('video_id', '=', videoId)
    .orderBy('part')
    .execute()
}

/** Keeps what was decided. False where it is somebody else's by now, or something else is published. */
export async function recordSmaller(database: Kysely<Database>, claim: SmallerClaim, state: object): Promise<boolean> {
  return changeHeld(database, claim, { state: JSON.stringify(state), tries_spent: 0 })
}

/** Keeps one part that was made; false as above. */
export async function recordSmallerPart(
  database: Kysely<Database>,
  claim: SmallerClaim,
  { rung, part, made }: SmallerPart,
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    if (!(await changeHeld(transaction, claim, { tries_spent: 0 }))) return false
    await transaction
      .insertInto('smaller_part')
      .values({ video_id: claim.videoId, rung, part, made: JSON.stringify(made) })
      // Stored before, and only the answer got lost.
      .onConflict((conflict) => conflict.columns(['video_id', 'rung', 'part']).doNothing())
      .execute()
    return true
  })
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
  last: (transaction: Transaction<Database>) => Promise<void>,
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const video = await published(transaction, claim.videoId).forUpdate().executeTakeFirst()
    if (video?.published_prefix !== claim.prefix) return false
    if (!(await changeHeld(transaction, claim, { outcome, state: '{}' }))) return false
    await forgetParts(transaction, claim.videoId)
    await last(transaction)
    return true
  })
}

/** Whether AV1 beside what is published may still be shown, or is being made. An outcome stands for as long as this prefix does. */
export async function isSmallerNeeded(database: Kysely<Database>, videoId: string, prefix: string): Promise<boolean> {
  const row = await database
    .selectFrom('smaller')
    .select('outcome')
    .where('video_id', '=', videoId)
    .where('prefix', '=', prefix)
    .executeTakeFirst()
  return row !== undefined && (row.outcome === null || row.outcome === 'published')
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

async function forgetParts(transaction: Transaction<Database>, videoId: string): Promise<void> {
  await transaction.deleteFrom('smaller_part').where('video_id', '=', videoId).execute()
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
