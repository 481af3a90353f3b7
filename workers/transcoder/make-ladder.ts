import { AppError } from '#contract/errors.ts'
import { startHlsUpload } from './hls-upload.ts'
import { chooseLadder, type Ladder } from './media/choose-ladder.ts'
import { aacCodec } from './media/codec-string.ts'
import { type FinishedRendition, ratesOf, readAvcCodec, readRendition } from './media/describe-hls.ts'
import { FfmpegError } from './media/ffmpeg-failure.ts'
import { perSecond } from './media/frame-rate.ts'
import { audioFolder, ladderCommand, playlistName } from './media/hls-arguments.ts'
import { masterPlaylist } from './media/master-playlist.ts'
import { runFfmpeg } from './media/run-ffmpeg.ts'
import { OutputFault, verifyOutput } from './media/verify-output.ts'
import { patiently } from './patiently.ts'
import { attemptParts } from './prefixes.ts'
import { stageProgress } from './report-progress.ts'
import { type ReadWork, runOn } from './work.ts'

export interface FinishedLadder {
  prefix: string
  master: string
  durationS: number
}

/** Encodes, stores and verifies every rendition; publishing is left to the caller. */
export async function makeLadder(work: ReadWork): Promise<FinishedLadder> {
  const { context, workspace } = work
  const ladder = chooseLadder(work.source)
  const root = workspace.path('ladder')
  for (const { name } of ladder.renditions) await workspace.makeFolder(`ladder/${name}`)
  if (ladder.hasAudio) await workspace.makeFolder(`ladder/${audioFolder}`)

  const { ladder: prefix } = attemptParts(work.attempt)
  const upload = startHlsUpload(context.storage, root, prefix)
  await encode(work, ladder, () => upload.poke()).finally(() => upload.settle())

  work.progress.tell({ stage: 'publishing', percent: 0, speed: 0, secondsLeft: null })
  const videos = await readVideos(root, ladder)
  const audio = ladder.hasAudio ? await readRendition(root, audioFolder) : null
  const durationS = Math.max(videos[0]!.durationS, audio?.durationS ?? 0)
  if (durationS > context.config.limits.maxDurationS) throw new AppError('too_long')
  const codecs = await Promise.all(videos.map(({ name }) => readAvcCodec(root, name)))
  await patiently(work.signal, () => upload.finish())
  const sizes = await verifyOutput(context, runOn(work, 0), { prefix, videos, audio })
  return { prefix, durationS, master: describe(ladder, { videos, audio, codecs, sizes }) }
}

async function encode(work: ReadWork, ladder: Ladder, onProgress: () => void): Promise<void> {
  const { context, durationS, progress, source } = work
  const { maxDurationS } = context.config.limits
  const command = ladderCommand(source, ladder, 'ladder', { ...context.toolbox, maxDurationS })
  try {
    const { frames } = await runFfmpeg(context.toolbox, runOn(work, durationS), command, ({ positionS, speed }) => {
      progress.tell(stageProgress('ladder', positionS, durationS, speed))
      onProgress()
    })
    if (frames === 0) throw new AppError('no_frames')
  } catch (error) {
    throw error instanceof FfmpegError && isUndecodable(error.stderr)
      ? new AppError('no_frames', undefined, { cause: error })
      : error
  }
}

/** What ffmpeg says when not one picture came out of the decoder, so that no encoder could be set up. */
function isUndecodable(complaint: string): boolean {
  return /Cannot determine format of input stream|Error initializing (complex )?filters|Output file is empty|matches no streams|Invalid data found/.test(
    complaint,
  )
}

async function readVideos(root: string, ladder: Ladder): Promise<FinishedRendition[]> {
  return Promise.all(
    ladder.renditions.map(async ({ name }) => {
      const rendition = await readRendition(root, name)
      if (!rendition) throw new OutputFault(`ffmpeg wrote no ${name}`)
      return rendition
    }),
  )
}

interface Finished {
  videos: FinishedRendition[]
  audio: FinishedRendition | null
  codecs: string[]
  sizes: Map<string, number>
}

function describe(ladder: Ladder, { videos, audio, codecs, sizes }: Finished): string {
  const variants = ladder.renditions.map(({ name, width, height }, index) => ({
    uri: `${name}/${playlistName}`,
    width,
    height,
    framesPerSecond: perSecond(ladder.frameRate),
    codecs: [codecs[index]!],
    ...ratesOf(videos[index]!, sizes),
  }))
  const sound = audio && {
    uri: `${audioFolder}/${playlistName}`,
    codec: aacCodec,
    channels: 2,
    ...ratesOf(audio, sizes),
  }
  return masterPlaylist(variants, sound)
}
