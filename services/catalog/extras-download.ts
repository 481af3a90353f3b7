import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import type { Downloads } from '#contract/video.ts'
import { extraQueue } from './extras.ts'
import type { Jobs } from './jobs.ts'
import type { Catalog } from './open-catalog.ts'
import type { Database, VideoRow } from './schema.ts'
import { sweepAfterSeconds } from './sweep-times.ts'

type Stores = Pick<Catalog, 'database' | 'jobs'>
type Published = Pick<VideoRow, 'id' | 'source_key' | 'published_prefix' | 'status'>

// Many videos after an update of the site are made one after the other anyway.
const mostAtOnce = 50

type Downloadable = Pick<VideoRow, 'published_prefix' | 'download_of' | 'download_key' | 'download_bytes'>

/** Made of what is published for good; null until it is made, or where none can be. */
export function shownDownload(video: Downloadable): { key: string; sizeBytes: number } | null {
  if (!video.download_key || !wasTried(video)) return null
  return { key: video.download_key, sizeBytes: Number(video.download_bytes) }
}

/** Whether it was found that none can be made of what is published. */
export function isDownloadImpossible(video: Downloadable): boolean {
  return wasTried(video) && video.download_key === null
}

function wasTried({ download_of, published_prefix }: Downloadable): boolean {
  return download_of !== null && download_of === published_prefix
}

/**
 * Lets everyone download the video, or nobody; the file is made for the one and deleted for the other. Where none could be
 * made, it is tried once more.
 */
export async function setDownloads({ database, jobs }: Stores, videoId: string, downloads: Downloads): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .selectAll()
      .where('id', '=', videoId)
      .forUpdate()
      .executeTakeFirst()
    if (!video || video.downloads === downloads) return
    const isForgotten = downloads === 'nobody' || !video.download_key
    const none = { download_key: null, download_of: null, download_bytes: 0 }
    await transaction
      .updateTable('video')
      .set({ downloads, ...(isForgotten && none), updated_at: new Date() })
      .where('id', '=', videoId)
      .execute()
    if (downloads === 'everyone') await queueDownload(jobs, video, transaction)
    // Addresses that were given out end with the bytes.
    else if (video.download_key) await jobs.queueSweepIn(transaction, folderOf(video.download_key), 0)
  })
}

/** Nothing where there is nothing to make it of yet; whoever publishes queues it again. */
export async function queueDownload(
  jobs: Pick<Jobs, 'queueExtra'>,
  video: Published,
  transaction?: Transaction<Database>,
): Promise<void> {
  const { id: videoId, source_key: sourceKey, published_prefix: prefix, status } = video
  if (!prefix || status !== 'ready') return
  await jobs.queueExtra(transaction, { version: 1, kind: 'download', videoId, sourceKey: sourceKey ?? '', prefix })
}

/** Whether a job for what is published waits or is being worked on; whoever asks twice gets one file. */
export async function isDownloadQueued(database: Kysely<Database>, video: Published): Promise<boolean> {
  const { rows } = await sql<{ is_queued: boolean }>`
    SELECT EXISTS (${queuedJobs(sql`${video.id}`, sql`${video.published_prefix}`)}) AS is_queued
  `.execute(database)
  return rows[0]!.is_queued
}

/** Gives a job to every video that may be downloaded and has no file of what is published. Gives the ids. */
export async function queueMissingDownloads({ database, jobs }: Stores): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    const locked = await missingDownloads(transaction).limit(mostAtOnce).forUpdate().skipLocked().execute()
    if (locked.length === 0) return []
    // Asked again under the locks: another worker may have queued some between this one's look and its lock.
    const ids = locked.map(({ id }) => id)
    const missing = await missingDownloads(transaction).where('id', 'in', ids).execute()
    for (const video of missing) await queueDownload(jobs, video, transaction)
    return missing.map(({ id }) => id)
  })
}

function missingDownloads(database: Kysely<Database>) {
  return database
    .selectFrom('video')
    .select(['id', 'source_key', 'published_prefix', 'status'])
    .where('downloads', '=', 'everyone')
    .where('status', '=', 'ready')
    .where('published_prefix', 'is not', null)
    .where(sql<boolean>`download_of IS DISTINCT FROM published_prefix`)
    .where(sql<boolean>`NOT EXISTS (${queuedJobs(sql`video.id`, sql`video.published_prefix`)})`)
}

function queuedJobs(videoId: RawBuilder<unknown>, prefix: RawBuilder<unknown>) {
  return sql`
    SELECT 1
    FROM pgboss.job
    WHERE job.name = ${extraQueue}
    AND job.state IN ('created', 'retry', 'active')
    AND job.data->>'kind' = 'download'
    AND job.data->>'videoId' = ${videoId}
    AND job.data->>'prefix' = ${prefix}
  `
}

export async function needsDownload(
  database: Kysely<Database>,
  { videoId, prefix }: { videoId: string; prefix: string },
): Promise<boolean> {
  const video = await database
    .selectFrom('video')
    .select('id')
    .where('id', '=', videoId)
    .where('published_prefix', '=', prefix)
    .where(sql<boolean>`download_of IS DISTINCT FROM ${prefix}`)
    .executeTakeFirst()
  return video !== undefined
}

/**
 * The one switch to a new file, or to none (`key` null) where none can be made. False where something else is published by
 * now, or the video is gone; the file is then nobody's.
 */
export async function recordDownload(
  { database, jobs }: Stores,
  made: { videoId: string; prefix: string; key: string | null; sizeBytes: number },
): Promise<boolean> {
  return database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .select('download_key')
      .where('id', '=', made.videoId)
      .where('published_prefix', '=', made.prefix)
      .forUpdate()
      .executeTakeFirst()
    if (!video) return false
    await transaction
      .updateTable('video')
      .set({ download_key: made.key, download_bytes: made.sizeBytes, download_of: made.prefix, updated_at: new Date() })
      .where('id', '=', made.videoId)
      .execute()
    if (video.download_key && video.download_key !== made.key)
      await jobs.queueSweepIn(transaction, folderOf(video.download_key), sweepAfterSeconds)
    return true
  })
}

/** By its folder: a download has one of its own. */
function folderOf(key: string): string {
  return key.replace(/\/[^/]+$/, '')
}
