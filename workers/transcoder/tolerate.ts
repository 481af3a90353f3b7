import { AppError } from '#contract/errors.ts'
import { OutputFault } from './media/hls/verify-output.ts'
import { FfmpegError } from './media/run/ffmpeg-failure.ts'
import type { Work } from './work.ts'

/** For what can be done without: troubles that are the file's are only noted; anything else is ours and is thrown again. */
export function tolerate({ context, attempt, signal }: Work, error: unknown): void {
  signal.throwIfAborted()
  const isOfFile =
    error instanceof FfmpegError ||
    error instanceof OutputFault ||
    (error instanceof AppError && !['storage_full', 'unavailable'].includes(error.code))
  if (!isOfFile) throw error
  context.logger.info({ err: error, videoId: attempt.videoId }, 'a part that can be done without was not made')
}
