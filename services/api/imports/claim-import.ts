import { type Kysely, sql } from 'kysely'
import type { ImportRow } from '#catalog/import-table.ts'
import type { Database } from '#catalog/schema.ts'
import type { AppError } from '#contract/errors.ts'

/** The worker's side of an import. Every write names who holds it and changes nothing where somebody else does or the video is gone. */
export interface HeldImport {
  id: string
  holder: string
}

/** Longer than a few lost renewals, short enough that a killed process is followed soon. */
export const holdSeconds = 15
const atOncePerOwner = 2

export type ClaimedImport = ImportRow & { video_id: string; title: string }

/** The oldest import that waits or was left by a dead process, or null. Nobody has more than two fetched side by side. */
export async function claimImport(database: Kysely<Database>, holder: string): Promise<ClaimedImport | null> {
  return database.transaction().execute(async (transaction) => {
    // One claim at a time, or two processes would each count one too few of an owner's.
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('claim import', 0))`.execute(transaction)
    const next = await transaction
      .selectFrom('import')
      .innerJoin('video', 'video.id', 'import.video_id')
      .select(['import.id', 'video.title', 'video.id as videoId'])
      .where('import.state', 'in', ['waiting', 'fetching'])
      .where(sql<boolean>`(import.held_until IS NULL OR import.held_until < now())`)
      .where(
        sql<boolean>`(
          SELECT count(*)
          FROM import AS other
          WHERE other.owner_id = import.owner_id
          AND other.held_until > now()
        ) < ${atOncePerOwner}`,
      )
      .orderBy('import.created_at')
      .limit(1)
      .executeTakeFirst()
    if (!next) return null
    const row = await transaction
      .updateTable('import')
      .set({
        state: 'fetching',
        holder,
        held_until: heldUntil,
        tries: sql<number>`tries + 1`,
        first_claimed_at: sql<Date>`coalesce(first_claimed_at, now())`,
        updated_at: sql<Date>`now()`,
      })
      .where('id', '=', next.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    return { ...row, video_id: next.videoId, title: next.title }
  })
}

const heldUntil = sql<Date>`now() + make_interval(secs => ${sql.lit(holdSeconds)})`

interface Progress {
  upload_id: string | null
  validator: string | null
  received_bytes: number
  total_bytes: number | null
  bytes_per_second: number
}

/** Tells how far it is and holds on. False where it is no longer ours: cancelled, deleted, or held by another process. */
export async function renewImport(
  database: Kysely<Database>,
  { id, holder }: HeldImport,
  progress: Partial<Progress>,
): Promise<boolean> {
  const result = await database
    .updateTable('import')
    .set({ ...progress, held_until: heldUntil, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('holder', '=', holder)
    .where('video_id', 'is not', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Every byte is here and the video has them. The address is forgotten. */
export async function finishImport(database: Kysely<Database>, { id }: HeldImport, sizeBytes: number): Promise<void> {
  await database
    .updateTable('import')
    .set({ ...over, state: 'stored', url: '', received_bytes: sizeBytes, total_bytes: sizeBytes })
    .where('id', '=', id)
    .execute()
}

/** The video says why, too, so that it is seen wherever the video is. Given what is kept of its bytes, if anything is. */
export async function failImport(
  database: Kysely<Database>,
  { id, holder }: HeldImport,
  { code, message }: AppError,
  kept: Partial<Progress> = {},
): Promise<void> {
  const bytes = { ...noBytes, ...kept }
  const told = { failure_code: code, failure_message: message }
  await database.transaction().execute(async (transaction) => {
    const row = await transaction
      .updateTable('import')
      .set({ ...over, ...told, ...bytes, state: 'failed' })
      .where('id', '=', id)
      .where('holder', '=', holder)
      .returning('video_id')
      .executeTakeFirst()
    if (!row?.video_id) return
    await transaction
      .updateTable('video')
      .set({ ...told, status: 'failed', updated_at: new Date() })
      .where('id', '=', row.video_id)
      .where('status', '=', 'uploading')
      .execute()
  })
}

/** Handed back by a program that is asked to stop: not the file's fault, so it costs no try. */
export async function releaseImport(database: Kysely<Database>, { id, holder }: HeldImport): Promise<void> {
  await database
    .updateTable('import')
    .set({ holder: null, held_until: null, tries: sql<number>`tries - 1` })
    .where('id', '=', id)
    .where('holder', '=', holder)
    .where('state', '=', 'fetching')
    .execute()
}

/**
 * Put off because a store of ours is away: what has come stays, and whoever is there after the pause goes on with it. It
 * costs no try.
 */
export async function postponeImport(
  database: Kysely<Database>,
  { id, holder }: HeldImport,
  pauseMs: number,
): Promise<void> {
  await database
    .updateTable('import')
    .set({
      holder: null,
      held_until: sql<Date>`now() + make_interval(secs => ${pauseMs / 1_000})`,
      tries: sql<number>`tries - 1`,
      bytes_per_second: 0,
    })
    .where('id', '=', id)
    .where('holder', '=', holder)
    .where('state', '=', 'fetching')
    .execute()
}

/**
 * Bytes that nobody goes on with count no longer as their owner's: a day after their import failed, and once its video is
 * gone. Of all imports, or of one.
 */
export async function forgetBytes(database: Kysely<Database>, id?: string): Promise<void> {
  await database
    .updateTable('import')
    .set(noBytes)
    .where('state', '!=', 'stored')
    .where(({ eb, or, and }) => or([eb('video_id', 'is', null), and([eb('state', '=', 'failed'), olderThan(24)])]))
    .where(({ eb, or }) => or([eb('upload_id', 'is not', null), eb('received_bytes', '>', '0')]))
    .$if(id !== undefined, (query) => query.where('id', '=', id!))
    .execute()
}

/** Forgets what nobody asks for any more: wishes whose video is gone, once they no longer count, and old ends. */
export async function forgetImports(database: Kysely<Database>): Promise<void> {
  await database.deleteFrom('import').where('video_id', 'is', null).where(olderThan(2)).execute()
  await database
    .deleteFrom('import')
    .where('state', 'in', ['stored', 'failed'])
    .where(olderThan(30 * 24))
    .execute()
}

/** What a row says of bytes where none are kept for it. */
export const noBytes = { upload_id: null, validator: null, received_bytes: 0 }

const over = { holder: null, held_until: null, bytes_per_second: 0, updated_at: sql<Date>`now()` }

function olderThan(hours: number) {
  return sql<boolean>`updated_at < now() - make_interval(hours => ${hours})`
}
