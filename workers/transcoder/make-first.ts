import { stat } from 'node:fs/promises'
import { AppError } from '#contract/errors.ts'
import { startHlsUpload } from './hls-upload.ts'
import { aacCodec } from './media/codec-string.ts'
import { ratesOf, readAvcCodec, readRendition } from './media/describe-hls.ts'
import { FfmpegError } from './media/ffmpeg-failure.ts'
import { perSecond } from './media/frame-rate.ts'
import { masterPlaylist } from './media/master-playlist.ts'
import { firstPictureCommand, posterCommand } from './media/poster.ts'
import { canRemux, isWorthPublishing, remuxCommand } from './media/remux.ts'
import { runFfmpeg } from './media/run-ffmpeg.ts'
import { verifyOutput } from './media/verify-output.ts'
import { patiently } from './patiently.ts'
import { attemptParts } from './prefixes.ts'
import { publishOutput } from './publish-output.ts'
import { type ReadWork, runOn } from './work.ts'

/**
 * Makes the poster and, where the pictures can be copied as they are, publishes the video at once.
 * Resolves with the poster's key, or null where there is none. What fails here costs nothing: the ladder decides.
 */
export async function makeFirst(work: ReadWork): Promise<string | null> {
  work.progress.tell({ stage: 'first', percent: 0, speed: 0, secondsLeft: null })
  const [posterKey, isRemuxed] = await Promise.all([makePoster(work), remux(work)])
  // A picture that could be decoded is the least that must be known before strangers are sent the bytes.
  if (isRemuxed && posterKey) await publishRemux(work, posterKey)
  return posterKey
}

async function makePoster(work: ReadWork): Promise<string | null> {
  const { context, source, workspace, attempt } = work
  const target = 'poster/poster.jpg'
  await workspace.makeFolder('poster')
  const commands = [posterCommand(source, target, context.toolbox.canToneMap), firstPictureCommand(source, target)]
  for (const command of commands) {
    await runFfmpeg(context.toolbox, runOn(work, 0), command).catch((error) => tolerate(work, error))
    const size = await stat(workspace.path(target)).then(
      (stats) => stats.size,
      () => 0,
    )
    if (size === 0) continue
    const key = `${attemptParts(attempt).poster}/poster.jpg`
    await patiently(work.signal, () => context.storage.adoptFile(key, workspace.path(target)))
    return key
  }
  return null
}

async function remux(work: ReadWork): Promise<boolean> {
  const { context, source, workspace, video } = work
  // A later attempt at a video that can be watched already has only the ladder left to make.
  if (!canRemux(source) || video.published_prefix) return false
  await workspace.makeFolder('remux/all')
  try {
    await runFfmpeg(context.toolbox, runOn(work, work.durationS), remuxCommand(source, 'remux', context.config.limits))
    return true
  } catch (error) {
    tolerate(work, error)
    return false
  }
}

/** ffmpeg's troubles are the file's; anything else is ours and must be heard. */
function tolerate({ context, attempt, signal }: ReadWork, error: unknown): void {
  signal.throwIfAborted()
  const isOfFile = error instanceof FfmpegError || (error instanceof AppError && error.code !== 'storage_full')
  if (!isOfFile) throw error
  context.logger.info({ err: error, videoId: attempt.videoId }, 'no first version of this file')
}

async function publishRemux(work: ReadWork, posterKey: string): Promise<void> {
  const { context, workspace, source } = work
  const root = workspace.path('remux')
  const rendition = await readRendition(root, 'all')
  if (!rendition || !isWorthPublishing(rendition.playlist)) return
  if (rendition.durationS > context.config.limits.maxDurationS) return
  const codec = await readAvcCodec(root, 'all')
  const { remux: prefix } = attemptParts(work.attempt)
  const upload = startHlsUpload(context.storage, root, prefix)
  await patiently(work.signal, () => upload.finish())
  const sizes = await verifyOutput(context, runOn(work, 0), { prefix, videos: [rendition], audio: null })
  const variant = {
    uri: 'all/playlist.m3u8',
    width: source.video.displayWidth,
    height: source.video.displayHeight,
    framesPerSecond: perSecond(source.video.frameRate),
    codecs: source.audio ? [codec, aacCodec] : [codec],
    ...ratesOf(rendition, sizes),
  }
  const master = masterPlaylist([variant], null)
  await publishOutput(work, { prefix, master, durationS: rendition.durationS, posterKey, isWhole: false })
}
