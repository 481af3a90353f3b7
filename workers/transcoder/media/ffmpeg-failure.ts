import { AppError } from '#contract/errors.ts'
import type { End } from './run-guarded.ts'

/** ffmpeg or ffprobe ended badly, for a reason that is not plainly the file's size. */
export class FfmpegError extends Error {
  override name = 'FfmpegError'
  /** The last 4 kB of its complaints, clean. */
  readonly stderr: string

  constructor(message: string, stderr: string) {
    super(message)
    this.stderr = stderr
  }
}

/** What a bad end means. Being killed by somebody else may be bad luck and stays a FfmpegError: it is worth another try. */
export function failureOf(tool: string, end: End): AppError | FfmpegError {
  const cause = new FfmpegError(`${tool} ended with ${end.killedBy ?? `code ${end.code}`}`, end.stderr)
  if (end.isOutOfTime || end.killedBy === 'SIGXCPU') return new AppError('resource_limit', undefined, { cause })
  if (/Cannot allocate memory|malloc of size/.test(end.stderr))
    return new AppError('resource_limit', undefined, { cause })
  if (end.killedBy === 'SIGXFSZ' || /File too large/.test(end.stderr)) {
    return new AppError('output_limit', undefined, { cause })
  }
  if (/No space left on device|Disk quota exceeded/.test(end.stderr)) {
    return new AppError('storage_full', undefined, { cause })
  }
  return cause
}
