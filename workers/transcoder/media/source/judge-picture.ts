import { AppError } from '#contract/errors.ts'
import { FfmpegError } from '../run/ffmpeg-failure.ts'
import { maxPixels } from '../run/input-guards.ts'
import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'

const minSide = 16
const maxSide = 8_192

/** Looks at the head of a picture that was sent, before it is made anew. Throws `not_a_picture` or `picture_dimensions`. */
export async function judgePicture(toolbox: Toolbox, run: Run): Promise<void> {
  const { width = 0, height = 0 } = await readSize(toolbox, run)
  // Of a picture that its decoder would not open no size is told; why not, is told by trying to make it anew.
  if (width === 0 && height === 0) return
  const isTooLarge = Math.max(width, height) > maxSide || width * height > maxPixels
  if (isTooLarge || Math.min(width, height) < minSide) throw new AppError('picture_dimensions')
}

/** What it means that ffmpeg could not read a picture. */
export function pictureFault(cause: FfmpegError): AppError {
  const isTooLarge = /exceeds specified max pixel count|Picture size \d+x\d+ is invalid/.test(cause.stderr)
  return new AppError(isTooLarge ? 'picture_dimensions' : 'not_a_picture', undefined, { cause })
}

async function readSize(toolbox: Toolbox, run: Run): Promise<{ width?: number; height?: number }> {
  try {
    const answer = await runFfprobe(toolbox, run, ['-of', 'json', '-show_entries', 'stream=width,height'])
    return (JSON.parse(answer) as { streams: { width?: number; height?: number }[] }).streams[0] ?? {}
  } catch (error) {
    throw error instanceof FfmpegError ? pictureFault(error) : error
  }
}
