import type { ErrorCode } from '#contract/errors.ts'

/** What helps after a failure: the same file once more, or another one; null where nobody but us can do anything. */
export type FailureStep = 'again' | 'another' | null

/** By the codes with which the making of a video ends; each has its sentence in contract/errors.ts and words/zh.ts. */
export const failureSteps = {
  not_a_video: 'another',
  no_video: 'another',
  truncated: 'again',
  no_frames: 'another',
  encrypted: 'another',
  codec_unsupported: 'another',
  dimensions: 'another',
  too_long: 'another',
  resource_limit: 'another',
  output_limit: 'another',
  cancelled: 'again',
  transcode_failed: 'again',
} satisfies Partial<Record<ErrorCode, FailureStep>>

export function failureStep(code: string): FailureStep {
  return failureSteps[code as keyof typeof failureSteps] ?? null
}
