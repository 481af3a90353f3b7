import { randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { AppError, errors } from '#contract/errors.ts'
import type { PosterJob } from './extras.ts'
import { shownSourceKey } from './former-file.ts'
import type { Catalog } from './open-catalog.ts'
import type { Database, PosterWishRow, VideoRow } from './schema.ts'
import { sweepAfterSeconds } from './sweep-times.ts'

type Stores = Pick<Catalog, 'database' | 'jobs'>

/** An image that was sent is looked at within minutes; what is still there after a day was forgotten by a crash. */
const forgetImageAfterSeconds = 24 * 60 * 60

/**
 * Notes what the owner wants and its job in one transaction; a later wish takes the place of an earlier one.
 * A moment is one of the file that is shown, also while another waits to take its place. Null where the video is gone, or has
 * no file yet. Throws `original_deleted` where there is no file to read a moment from any more.
 */
export async function wishPoster(
  { database, jobs }: Stores,
  videoId: string,
  from: PosterJob['from'],
): Promise<PosterWishRow | null> {
  return database.transaction().execute(async (transaction) => {
    const video = await lockVideo(transaction, videoId)
    const sourceKey = video && shownSourceKey(video)
    if (!video || !(sourceKey || video.published_prefix)) return null
    if (!sourceKey && 'atMs' in from) throw new AppError('original_deleted')
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
    const ids = { videoId, sourceKey: sourceKey ?? '', wishId: wish.wish_id }
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

/** Whether it is an image, which hangs on no file, or a moment of the file that is shown now. */
export function isOfShown({ from, sourceKey }: PosterJob, video: VideoRow): boolean {
  return 'imageKey' in from || shownSourceKey(video) === sourceKey
}

/** False where the wish was overtaken by a later one, or the video by another file; the picture is then nobody's. */
export async function recordPoster(stores: Stores, job: PosterJob, posterKey: string): Promise<boolean> {
  return stores.database.transaction().execute(async (transaction) => {
    const video = await lockVideo(transaction, job.videoId)
    if (!video) return false
    if (!isOfShown(job, video)) {
      await failPosterWish(transaction, job, momentReplaced)
      return false
    }
    const answered = await transaction
      .updateTable('poster_wish')
      .set({ state: 'done' })
      .where('video_id', '=', job.videoId)
      .where('wish_id', '=', job.wishId)
      .where('state', '=', 'working')
      .executeTakeFirst()
    if (answered.numUpdatedRows === 0n) return false
    await showPoster(transaction, stores.jobs, video, posterKey)
    return true
  })
}

/** What a wish is told whose moment nobody will find any more. */
export const momentReplaced = { code: 'moment_replaced', message: errors.moment_replaced.message } as const

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
export async function forgetPosterChoice(stores: Stores, videoId: string): Promise<void> {
  await stores.database.transaction().execute(async (transaction) => {
    const video = await lockVideo(transaction, videoId)
    if (!video) return
    await transaction.deleteFrom('poster_wish').where('video_id', '=', videoId).execute()
    await showPoster(transaction, stores.jobs, video, null)
  })
}

/** Always before the row of a wish, as whoever deletes the video does: two who wait for one another would both fail. */
function lockVideo(transaction: Transaction<Database>, videoId: string): Promise<VideoRow | undefined> {
  return transaction.selectFrom('video').selectAll().where('id', '=', videoId).forUpdate().executeTakeFirst()
}

async function showPoster(
  transaction: Transaction<Database>,
  jobs: Stores['jobs'],
  { id, chosen_poster_key: former }: VideoRow,
  posterKey: string | null,
): Promise<void> {
  await transaction.updateTable('video').set({ chosen_poster_key: posterKey }).where('id', '=', id).execute()
  // By its folder: a chosen poster has one of its own.
  if (former) await jobs.queueSweepIn(transaction, former.replace(/\/[^/]+$/, ''), sweepAfterSeconds)
}
