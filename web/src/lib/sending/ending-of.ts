import type { ErrorCode } from '#contract/errors.ts'

/** How an upload goes on of which the server keeps nothing: with another file, or with the same one from its beginning. */
export type Ending = 'anotherFile' | 'anew'

const endings: Partial<Record<string, Ending>> = {
  not_a_video: 'anotherFile',
  file_empty: 'anotherFile',
  file_too_large: 'anotherFile',
  quota: 'anew',
  quota_videos: 'anew',
  video_deleted: 'anew',
  not_found: 'anew',
  nothing_to_replace: 'anew',
} satisfies Partial<Record<ErrorCode, Ending>>

/** Null for a refusal after which what was sent is still there. */
export function endingOf(code: string): Ending | null {
  return endings[code] ?? null
}
