import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { DownloadJob } from '#catalog/extras.ts'
import { needsDownload, queueDownload, queueMissingDownloads, recordDownload } from '#catalog/extras-download.ts'
import { sweepAfterSeconds } from '#catalog/sweep-times.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { parseMediaPlaylist } from '../media/hls/media-playlist.ts'
import { bestVariant } from '../media/ladder/best-variant.ts'
import { joinDownloadCommand } from '../media/ladder/join-download.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { patiently } from '../patiently.ts'
import type { ExtraKind, ExtraWork } from './extra-work.ts'
import { runOfExtra, toolboxOfExtra } from './source-of-extra.ts'

type DownloadWork = ExtraWork<DownloadJob>

const target = 'video.mp4'

/** One file of what viewers are shown, never of what was uploaded: that may say where it was recorded. */
export const download: ExtraKind<DownloadJob> = {
  async make(work) {
    const { context, job, prefix, signal, workspace } = work
    if (!(await needsDownload(context.catalog.database, job))) return
    const best = bestVariant(await readText(work, `${job.prefix}/master.m3u8`))
    if (!best) throw new AppError('transcode_failed')
    await gather(work, best.pictures, 'pictures.mp4')
    if (best.sound) await gather(work, best.sound, 'sound.mp4')
    const command = joinDownloadCommand(target, best.sound && 'sound.mp4')
    await runFfmpeg(toolboxOfExtra(work), runOfExtra(work, 'pictures.mp4'), command)
    const { size: sizeBytes } = await stat(workspace.path(target))
    const key = `${prefix}/${target}`
    await patiently(signal, () => context.storage.adoptFile(key, workspace.path(target)))
    await record(work, key, sizeBytes)
  },
  giveUp: (work) => record(work, null, 0),
}

/** A playlist's segments behind one another in a file of the workspace: fragments of MP4 need no more than that. */
async function gather({ context, job, signal, workspace }: DownloadWork, uri: string, name: string): Promise<void> {
  const { storage } = context
  const folder = `${job.prefix}/${uri.replace(/\/[^/]+$/, '')}`
  const { initName, segments } = parseMediaPlaylist(await readText({ context, signal }, `${job.prefix}/${uri}`))
  const names = [...(initName ? [initName] : []), ...segments.map((segment) => segment.name)]
  const file = createWriteStream(workspace.path(name))
  try {
    for (const segment of names) {
      const { body } = await patiently(signal, () => storage.get(`${folder}/${segment}`))
      await pipeline(body, file, { end: false, signal })
    }
  } finally {
    await new Promise((resolve) => file.end(resolve))
  }
}

function readText({ context, signal }: Pick<DownloadWork, 'context' | 'signal'>, key: string): Promise<string> {
  return patiently(signal, async () => text((await context.storage.get(key)).body))
}

async function record(work: DownloadWork, key: string | null, sizeBytes: number): Promise<void> {
  const { context, job, signal } = work
  const { videoId, prefix } = job
  const made = { videoId, prefix, key, sizeBytes, sweepAfterSeconds }
  const isRecorded = await patiently(signal, () => recordDownload(context.catalog, made))
  if (!isRecorded && key) await context.storage.deletePrefix(work.prefix)
}

/** Right after a video was published whole. What fails here is made up for by the next look for videos without one. */
export async function queueDownloadOf({ catalog, logger }: Context, videoId: string): Promise<void> {
  try {
    const video = await catalog.database
      .selectFrom('video')
      .selectAll()
      .where('id', '=', videoId)
      .where('downloads', '=', 'everyone')
      .executeTakeFirst()
    if (video) await queueDownload(catalog.jobs, video)
  } catch (error) {
    logger.warn({ err: error, videoId }, 'could not queue the download yet')
  }
}

const lookEveryMs = 60_000

/** Looks now and once a minute for videos that may be downloaded and have no file for it; gives what ends it. */
export async function queueDownloadsRegularly({ catalog, logger }: Context): Promise<() => void> {
  async function look(): Promise<void> {
    await queueMissingDownloads(catalog).catch((error) => {
      logger.error({ err: error }, 'could not look for videos without a download')
    })
  }
  await look()
  const timer = setInterval(look, lookEveryMs)
  return () => clearInterval(timer)
}
