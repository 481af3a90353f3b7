import { stat } from 'node:fs/promises'
import type { DownloadJob } from '#catalog/extras.ts'
import { needsDownload, queueDownload, recordDownload } from '#catalog/extras-download.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { joinInto } from '../join-into.ts'
import { parseMediaPlaylist } from '../media/hls/media-playlist.ts'
import { storedSizes } from '../media/hls/stored-sizes.ts'
import { bestVariant } from '../media/ladder/best-variant.ts'
import { masterName } from '../media/ladder/hls-arguments.ts'
import { joinDownloadCommand } from '../media/ladder/join-download.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { patiently } from '../patiently.ts'
import { requireRoomFor } from '../require-room-for.ts'
import { storedText } from '../stored-text.ts'
import type { ExtraAsked, ExtraKind, ExtraWork } from './extra-work.ts'
import { runOfExtra, toolboxOfExtra } from './source-of-extra.ts'

type DownloadWork = ExtraWork<DownloadJob>

const target = 'video.mp4'

/** One file of what viewers are shown, never of what was uploaded: that may say where it was recorded. */
export const download: ExtraKind<DownloadJob> = {
  isWanted: ({ context, job }) => needsDownload(context.catalog.database, job),
  async make(work) {
    const { context, job, prefix, signal, workspace } = work
    const best = bestVariant(await read(work, `${job.prefix}/${masterName}`))
    if (!best) throw new AppError('transcode_failed')
    const pictures = await piecesOf(work, best.pictures)
    const sound = best.sound ? await piecesOf(work, best.sound) : null
    const limits = limitsOfJoining(pictures.sizeBytes + (sound?.sizeBytes ?? 0))
    await requireRoomFor(limits.neededBytes, workspace.folder, context.toolbox)
    await gather(work, pictures.keys, 'pictures.mp4')
    if (sound) await gather(work, sound.keys, 'sound.mp4')
    const toolbox = { ...toolboxOfExtra(work), maxFileMb: limits.maxFileMb }
    const command = joinDownloadCommand(target, best.sound && 'sound.mp4')
    await runFfmpeg(toolbox, runOfExtra(work, 'pictures.mp4'), command)
    const { size: sizeBytes } = await stat(workspace.path(target))
    const key = `${prefix}/${target}`
    await patiently(signal, () => context.storage.adoptFile(key, workspace.path(target)))
    const isRecorded = await record(work, { key, sizeBytes })
    if (!isRecorded) await context.storage.deletePrefix(prefix)
  },
  async giveUp(asked) {
    await record(asked, null)
  },
}

/**
 * What one file of so many bytes may take. The limit on files is there against a source that lies about its size; here all
 * sizes are known, and a film of many hours in one file is far above it. Tables of samples come to a few percent.
 */
export function limitsOfJoining(sourceBytes: number): { maxFileMb: number; neededBytes: number } {
  const fileBytes = Math.ceil(sourceBytes * 1.05) + 4 * mb
  return { maxFileMb: Math.ceil(fileBytes / mb), neededBytes: sourceBytes + fileBytes }
}

const mb = 1024 * 1024

interface Pieces {
  keys: string[]
  sizeBytes: number
}

/** A playlist's segments, and how large they are together. */
async function piecesOf(work: DownloadWork, uri: string): Promise<Pieces> {
  const { context, job, signal } = work
  const folder = `${job.prefix}/${uri.replace(/\/[^/]+$/, '')}`
  const { initName, segments } = parseMediaPlaylist(await read(work, `${job.prefix}/${uri}`))
  const names = [...(initName ? [initName] : []), ...segments.map((segment) => segment.name)]
  const stored = await patiently(signal, () => storedSizes(context.storage, folder))
  const sizeBytes = names.reduce((sum, name) => sum + (stored.get(name) ?? 0), 0)
  return { keys: names.map((name) => `${folder}/${name}`), sizeBytes }
}

/** Puts objects behind one another into a file of the workspace. */
async function gather({ context, signal, workspace }: DownloadWork, keys: string[], name: string): Promise<void> {
  const bodies = keys.map((key) => async () => (await context.storage.get(key)).body)
  await joinInto(workspace.path(name), bodies, signal)
}

function read({ context, signal }: DownloadWork, key: string): Promise<string> {
  return patiently(signal, () => storedText(context.storage, key))
}

async function record(
  { context, job, signal }: ExtraAsked<DownloadJob>,
  made: { key: string; sizeBytes: number } | null,
): Promise<boolean> {
  const { videoId, prefix } = job
  const { key, sizeBytes } = made ?? { key: null, sizeBytes: 0 }
  return patiently(signal, () => recordDownload(context.catalog, { videoId, prefix, key, sizeBytes }))
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
