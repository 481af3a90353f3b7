import type { ErrorCode } from './errors.ts'

/**
 * The codes with which the making of a video ends; true where the same file may well become a video at another try, false
 * where it is a verdict about the file. Each has its sentence in errors.ts and in the words of every other language.
 */
export const makingFailures = {
  not_a_video: false,
  no_video: false,
  truncated: false,
  no_frames: false,
  encrypted: false,
  codec_unsupported: false,
  dimensions: false,
  too_many_tracks: false,
  too_long: false,
  // On a machine with less to do it may be enough.
  resource_limit: true,
  output_limit: false,
  cancelled: true,
  transcode_failed: true,
} satisfies Partial<Record<ErrorCode, boolean>>

export function isWorthAnotherTry(code: string | null): boolean {
  return code !== null && makingFailures[code as keyof typeof makingFailures] === true
}
