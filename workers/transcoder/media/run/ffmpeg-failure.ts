import { AppError, type ErrorCode } from '#contract/errors.ts'
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
  const code = codeOf(end)
  return code ? new AppError(code, undefined, { cause }) : cause
}

/** A thread that could not be begun: for want of memory within the limit, or only for a moment, which another try tells. */
export function isShortOfThreads(error: unknown): boolean {
  return error instanceof FfmpegError && /Resource temporarily unavailable/.test(error.stderr)
}

function codeOf({ isOutOfTime, killedBy, overflow, stderr }: End): ErrorCode | null {
  if (overflow) return overflow === 'disk' ? 'storage_full' : 'output_limit'
  // A damaged header asks for a packet of gigabytes: that is the file's fault and not its size.
  const complaints = stderr.replace(/^(file:)?[a-z0-9./-]+: Cannot allocate memory$/gm, '')
  if (isOutOfTime || /Cannot allocate memory|malloc of size|bad_alloc/.test(complaints)) return 'resource_limit'
  if (killedBy === 'SIGXFSZ' || /File too large/.test(stderr)) return 'output_limit'
  return /No space left on device|Disk quota exceeded/.test(stderr) ? 'storage_full' : null
}
