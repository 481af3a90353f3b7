import { rm } from 'node:fs/promises'
import type { PosterJob } from '#catalog/extras.ts'
import { failPosterWish, isOfShown, isPosterWanted, momentReplaced, recordPoster } from '#catalog/extras-poster.ts'
import { AppError } from '#contract/errors.ts'
import { hasBytes } from '../has-bytes.ts'
import { frameCommand, sentPictureCommand } from '../media/picture/poster.ts'
import { FfmpegError } from '../media/run/ffmpeg-failure.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { judgePicture, pictureFault } from '../media/source/judge-picture.ts'
import { patiently } from '../patiently.ts'
import type { ExtraAsked, ExtraKind, ExtraWork } from './extra-work.ts'
import { runOfExtra, sourceOfExtra, toolboxOfExtra } from './source-of-extra.ts'

type PosterWork = ExtraWork<PosterJob>

const target = 'poster.jpg'

/** The owner's own poster: the picture of a moment, or one that was sent. */
export const poster: ExtraKind<PosterJob> = {
  async isWanted(asked) {
    const { context, job, video } = asked
    const { database } = context.catalog
    if (!isOfShown(job, video)) await failPosterWish(database, job, momentReplaced)
    // Overtaken by a later wish, or made already by a worker that was killed right afterwards.
    const isWanted = await isPosterWanted(database, job)
    if (!isWanted) await forgetImage(asked)
    return isWanted
  },
  async make(work) {
    const { context, job, prefix, signal, workspace } = work
    if ('imageKey' in job.from) await readSentPicture(work, job.from.imageKey)
    else await readMoment(work, job.from.atMs)
    const posterKey = `${prefix}/poster.jpg`
    await patiently(signal, () => context.storage.adoptFile(posterKey, workspace.path(target)))
    const isRecorded = await patiently(signal, () => recordPoster(context.catalog, job, posterKey))
    if (!isRecorded) await context.storage.deletePrefix(prefix)
    await forgetImage(work)
  },
  async giveUp(work, { code, message }) {
    await failPosterWish(work.context.catalog.database, work.job, { code, message })
    await forgetImage(work)
  },
}

async function readSentPicture(work: PosterWork, imageKey: string): Promise<void> {
  const { context, signal, workspace } = work
  const run = { ...runOfExtra(work), accepts: 'picture' as const }
  await patiently(signal, () => context.storage.download(imageKey, workspace.path(run.source)))
  await judgePicture(toolboxOfExtra(work), run)
  try {
    await runFfmpeg(toolboxOfExtra(work), run, sentPictureCommand(target))
  } catch (error) {
    throw error instanceof FfmpegError ? pictureFault(error) : error
  }
  if (!(await isThere(work))) throw new AppError('not_a_picture')
}

// The last moments of a video may lie behind its last picture.
const stepsBackMs = [0, 500, 2_000]

async function readMoment(work: PosterWork, atMs: number): Promise<void> {
  const source = await sourceOfExtra(work)
  for (const stepMs of stepsBackMs) {
    const command = frameCommand(source, target, Math.max(0, atMs - stepMs), work.context.toolbox.canToneMap)
    await runFfmpeg(toolboxOfExtra(work), runOfExtra(work), command).catch((error) => {
      if (!(error instanceof FfmpegError)) throw error
    })
    if (await isThere(work)) return
    await rm(work.workspace.path(target), { force: true })
  }
  throw new AppError('moment_unreadable')
}

async function isThere({ workspace, signal }: PosterWork): Promise<boolean> {
  signal.throwIfAborted()
  return hasBytes(workspace.path(target))
}

/** What was sent is never served, and of no use once it was read; where this fails the sweep of the wish takes it. */
async function forgetImage({ context, job }: ExtraAsked<PosterJob>): Promise<void> {
  if ('imageKey' in job.from) await context.storage.deletePrefix(job.from.imageKey).catch(() => {})
}
