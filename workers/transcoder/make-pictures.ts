import { rm } from 'node:fs/promises'
import { longestRunSeconds } from '#catalog/transcode-queue.ts'
import { AppError } from '#contract/errors.ts'
import { expectAllOf } from './expect-all-of.ts'
import { failpoint } from './failpoint.ts'
import { startHlsUpload } from './hls-upload.ts'
import { startOf } from './media/ladder/choose-parts.ts'
import { initName, picturesCommand, playlistName } from './media/ladder/hls-arguments.ts'
import { measurePart } from './media/ladder/measure-part.ts'
import type { PartResult } from './media/ladder/part-result.ts'
import { FfmpegError } from './media/run/ffmpeg-failure.ts'
import { type Run, runFfmpeg } from './media/run/run-ffmpeg.ts'
import { perSecond } from './media/source/frame-rate.ts'
import { longestLeadS } from './media/source/seek-lead.ts'
import { type PartWork, partPrefix } from './part-work.ts'
import { patiently } from './patiently.ts'
import { attemptParts } from './prefixes.ts'
import { limitsOf, runOn } from './work.ts'

/** Encodes and stores a stretch of pictures in every rendition. Throws `no_frames` where the video has none at all. */
export async function makePictures(work: PartWork): Promise<PartResult> {
  const { context, workspace, plan, claim, attempt, row } = work
  const names = plan.ladder.renditions.map(({ name }) => name)
  for (const name of names) await workspace.makeFolder(`ladder/${name}`)
  const root = workspace.path('ladder')
  const prefix = partPrefix(claim)
  const measure = measurePart(root, prefix)
  const upload = startHlsUpload(context.storage, root, attemptParts(attempt).ladder, measure.look)
  const { frames, damaged } = await encode(work, () => upload.poke()).finally(() => upload.settle())
  if (frames === 0 && row.from_frame === 0) throw new AppError('no_frames')
  if (frames === 0) return { renditions: {} }
  await measure.readInits(names)
  for (const name of names) {
    // The playlists are written once all parts are there, and one init segment serves all of them.
    await rm(`${root}/${name}/${prefix}${playlistName}`, { force: true })
    if (row.from_frame > 0) await rm(`${root}/${name}/${prefix}${initName}`, { force: true })
  }
  await patiently(work.signal, () => upload.finish())
  failpoint(context, 'stored')
  const result = measure.result()
  await expectAllOf(work, result, { names, isWhole: ({ samples }) => samples >= frames })
  return { ...result, damaged }
}

/** Resolves with how many pictures came out, and how many of the source's could not be decoded rightly. */
async function encode(work: PartWork, onProgress: () => void): Promise<{ frames: number; damaged: number }> {
  const { context, plan, row, claim } = work
  const place = { root: 'ladder', prefix: partPrefix(claim) }
  const stretch = { fromFrame: row.from_frame, frames: row.frames }
  const command = picturesCommand(plan.source, plan.ladder, stretch, place, {
    ...context.toolbox,
    ...limitsOf(work),
  })
  try {
    const { frames, damaged } = await runFfmpeg(context.toolbox, allowedTime(work), command, (progress) => {
      failpoint(context, 'encoding')
      work.tellFrames(progress.frames)
      onProgress()
    })
    work.tellFrames(frames)
    return { frames, damaged }
  } catch (error) {
    // Not one picture from here on: for the first part a verdict on the file, for others its end.
    if (error instanceof FfmpegError && isUndecodable(error.stderr)) {
      if (row.from_frame > 0) return { frames: 0, damaged: 0 }
      throw new AppError('no_frames', undefined, { cause: error })
    }
    throw error
  }
}

// 1080p at 30 pictures per second, which the operator's limit is meant for.
const usualPixelsPerSecond = 1_920 * 1_080 * 30

/** What has more pixels may take as much longer, though never longer than its job may be one worker's. */
function allowedTime(work: PartWork): Run {
  const { frameRate, renditions } = work.plan.ladder
  const { width, height } = renditions[0]!
  const weight = Math.max(1, (width * height * perSecond(frameRate)) / usualPixelsPerSecond)
  const run = runOn(work, lengthOf(work))
  return { ...run, maxSeconds: Math.min(longestRunSeconds, run.maxSeconds * weight) }
}

/** In seconds, for the time that is allowed; null where nobody knows. */
function lengthOf({ plan, row }: PartWork): number | null {
  const { frameRate } = plan.ladder
  if (row.frames !== null) return row.frames / perSecond(frameRate) + longestLeadS
  return plan.durationS === null
    ? null
    : Math.max(0, plan.durationS - startOf({ fromFrame: row.from_frame }, frameRate)) + longestLeadS
}

/** What ffmpeg says when not one picture came out of the decoder, so that no encoder could be set up. */
function isUndecodable(complaint: string): boolean {
  return /Cannot determine format of input stream|Error initializing (complex )?filters|Output file is empty|matches no streams|Invalid data found/.test(
    complaint,
  )
}
