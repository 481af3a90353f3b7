import type { DetailedError } from 'tus-js-client'
import type { ErrorBody, ErrorCode } from '#contract/errors.ts'
import { ApiError } from '#web/api/write.ts'

/** What is known of a request that failed: the answer, where there was one. */
export interface Failed {
  status: number | null
  body: string
}

/** Refusals that are over by themselves: silence, another request at work or done with it all, too much at once, bytes that were spoilt on the way. */
const passing = new Set([408, 409, 410, 423, 425, 429, 460])
/** Refusals with such a status that do not pass: he has to finish another upload first, or what it was for is gone. */
const lasting = new Set<string>(['too_many_uploads', 'video_deleted'] satisfies ErrorCode[])

/** Null where trying again helps, with nothing to be done by anybody; else what the server refuses. */
export function judgeFailure({ status, body }: Failed): ApiError | null {
  if (status === null || status >= 500 || status < 400) return isFull(body) ? refusalOf(body) : null
  if (passing.has(status) && !lasting.has(refusalOf(body).code)) return null
  return refusalOf(body)
}

/** A full disk is told with a status of the server's own faults, but waits for somebody. */
function isFull(body: string): boolean {
  return refusalOf(body).code === 'storage_full'
}

function refusalOf(body: string): ApiError {
  try {
    const { error } = JSON.parse(body) as ErrorBody
    return new ApiError(error.code, error.message)
  } catch {
    return new ApiError('unavailable', '')
  }
}

/** The server did not begin it: it said no, or something that is no answer of ours. */
export class NotBegun extends Error {
  readonly status: number
  readonly body: string

  constructor(status: number, body: string) {
    super(`The upload was not begun: ${status}.`)
    this.status = status
    this.body = body
  }
}

/** What tus tells of a failure, or what anything else does. */
export function failedOf(error: unknown): Failed {
  if (error instanceof NotBegun) return error
  const answer = (error as Partial<DetailedError>).originalResponse
  return { status: answer?.getStatus() || null, body: answer?.getBody() ?? '' }
}

const pausesMs = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000]

/** How long to wait before the next try, by how many failed without a byte getting through. */
export function retryPauseMs(failures: number): number {
  return pausesMs[Math.min(failures, pausesMs.length) - 1] ?? pausesMs[0]!
}
