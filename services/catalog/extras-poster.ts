import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { PosterJob } from './extras.ts'
import type { Catalog } from './open-catalog.ts'
import type { Database, PosterWishRow, VideoRow } from './schema.ts'

type Stores = Pick<Catalog, 'database' | 'jobs'>

/** An image that was sent is looked at within minutes; what is still there after a day was forgotten by a crash. */
const forgetImageAfterSeconds = 24 * 60 * 60

/**
 * Notes what the owner wants and its job in one transaction; a later wish takes the place of an earlier one.
 * Null where the video is gone, or has no source to take a picture of.
 */
export async function wishPoster(
  { database, jobs }: Stores,
  videoId: string,
  from: PosterJob['from'],
): Promise<PosterWishRow | null> {
  return database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .select('source_key')
      .where('id', '=', videoId)
      .executeTakeFirst()
    if (!video?.source_key) return null
    const wish = {
      wish_id: randomUUID(),
      at_ms: 'atMs' in from ? from.atMs : null,
      state: 'working' as const,
      failure_code: null,
      failure_message: null,
      asked_at: new Date(),
    }
    const row = await transaction
      .insertInto('poster_wish')
      .values({ video_id: videoId, ...wish })
      .onConflict((conflict) => conflict.column('video_id').doUpdateSet(wish))
      .returningAll()
      .executeTakeFirstOrThrow()
    const ids = { videoId, sourceKey: video.source_key, wishId: wish.wish_id }
    await jobs.queueExtra(transaction, { version: 1, kind: 'poster', ...ids, from })
    if ('imageKey' in from) await jobs.queueSweepIn(transaction, from.imageKey, forgetImageAfterSeconds)
    return row
  })
}

/** The owner's own where there is one; null until there is any. */
export function shownPosterKey(video: Pick<VideoRow, 'poster_key' | 'chosen_poster_key'>): string | null {
  return video.chosen_poster_key ?? video.poster_key
}

export async function findPosterWish(database: Kysely<Database>, videoId: string): Promise<PosterWishRow | null> {
  const found = database.selectFrom('poster_wish').selectAll().where('video_id', '=', videoId)
  return (await found.executeTakeFirst()) ?? null
}

/** Whether it is still the latest wish and not answered yet. */
export async function isPosterWanted(
  database: Kysely<Database>,
  { videoId, wishId }: Pick<PosterJob, 'videoId' | 'wishId'>,
): Promise<boolean> {
  const wish = await findPosterWish(database, videoId)
  return wish?.wish_id === wishId && wish.state === 'working'
}

/**
 * False where the wish was overtaken by a later one, or a moment's picture by another source of the video; the picture is
 * then nobody's.
 */
export async function recordPoster(
  stores: Stores,
  job: PosterJob,
  made: { posterKey: string; sweepAfterSeconds: number },
): Promise<boolean> {
  return stores.database.transaction().execute(async (transaction) => {
    const answered = await transaction
      .updateTable('poster_wish')
      .set({ state: 'done' })
      .where('video_id', '=', job.videoId)
      .where('wish_id', '=', job.wishId)
      .where('state', '=', 'working')
      .executeTakeFirst()
    if (answered.numUpdatedRows === 0n) return false
    // An image that was sent does not hang on the source.
    if ('atMs' in job.from && !(await hasSource(transaction, job))) return false
    await showPoster(transaction, stores.jobs, job.videoId, made.posterKey, made.sweepAfterSeconds)
    return true
  })
}

async function hasSource(transaction: Transaction, { videoId, sourceKey }: PosterJob): Promise<boolean> {
  const same = transaction
    .selectFrom('video')
    .select('id')
    .where('id', '=', videoId)
    .where('source_key', '=', sourceKey)
  return (await same.executeTakeFirst()) !== undefined
}

export async function failPosterWish(
  database: Kysely<Database>,
  job: Pick<PosterJob, 'videoId' | 'wishId'>,
  failure: { code: string; message: string },
): Promise<void> {
  await database
    .updateTable('poster_wish')
    .set({ state: 'failed', failure_code: failure.code, failure_message: failure.message })
    .where('video_id', '=', job.videoId)
    .where('wish_id', '=', job.wishId)
    .where('state', '=', 'working')
    .execute()
}

/** Back to the poster that comes with the video; a wish that is being worked on is withdrawn. */
export async function forgetPosterChoice(stores: Stores, videoId: string, sweepAfterSeconds: number): Promise<void> {
  await stores.database.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('poster_wish').where('video_id', '=', videoId).execute()
    await showPoster(transaction, stores.jobs, videoId, null, sweepAfterSeconds)
  })
}

type Transaction = Parameters<Catalog['jobs']['queueSweepIn']>[0]

async function showPoster(
  transaction: Transaction,
  jobs: Stores['jobs'],
  videoId: string,
  posterKey: string | null,
  sweepAfterSeconds: number,
): Promise<void> {
  const former = await transaction
    .selectFrom('video')
    .select('chosen_poster_key')
    .where('id', '=', videoId)
    .forUpdate()
    .executeTakeFirst()
  await transaction.updateTable('video').set({ chosen_poster_key: posterKey }).where('id', '=', videoId).execute()
  // By its folder: a chosen poster has one of its own.
  const folder = former?.chosen_poster_key?.replace(/\/[^/]+$/, '')
  if (folder) await jobs.queueSweepIn(transaction, folder, sweepAfterSeconds)
}
