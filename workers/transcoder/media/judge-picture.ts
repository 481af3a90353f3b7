import { AppError } from '#contract/errors.ts'
import { FfmpegError } from './ffmpeg-failure.ts'
import { maxPixels } from './input-guards.ts'
import { type Run, runFfprobe, type Toolbox } from './run-ffmpeg.ts'

const minSide = 16
const maxSide = 8_192

/** Looks at the head of a picture that was sent, before any of it is decoded. Throws `not_a_picture` or `picture_dimensions`. */
export async function judgePicture(toolbox: Toolbox, run: Run): Promise<void> {
  const { width = 0, height = 0 } = await readSize(toolbox, run)
  if (Math.min(width, height) <= 0) throw new AppError('not_a_picture')
  const isTooLarge = Math.max(width, height) > maxSide || width * height > maxPixels
  if (isTooLarge || Math.min(width, height) < minSide) throw new AppError('picture_dimensions')
}

async function readSize(toolbox: Toolbox, run: Run): Promise<{ width?: number; height?: number }> {
  try {
    const answer = await runFfprobe(toolbox, run, ['-of', 'json', '-show_entries', 'stream=width,height'])
    return (JSON.parse(answer) as { streams: { width?: number; height?: number }[] }).streams[0] ?? {}
  } catch (error) {
    if (error instanceof FfmpegError) throw new AppError('not_a_picture', undefined, { cause: error })
    throw error
  }
}
