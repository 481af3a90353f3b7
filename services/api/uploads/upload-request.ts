import { AsyncLocalStorage } from 'node:async_hooks'
import type { UploadPart } from '#contract/upload-parts.ts'
import type { Checksum } from './checksum.ts'

/** What we know of a request and what tus's hooks and stores are not handed. */
export interface UploadRequest {
  ownerId: string
  checksum: Checksum | undefined
  /** Of the body; 0 where it is not told. */
  lengthBytes: number
  /** Of an upload that is created: in how many parts its sender wants to send it, where not in one. */
  partCount?: number | undefined
  /** Which of them its bytes are. */
  part?: UploadPart | undefined
  growth: Growth
  /** The upload that it was found to be allowed to change, or that it made. */
  ownUploadId?: string
  /** Said on the way: of this upload nothing can become. */
  isRefused?: boolean
}

/** Asked while bytes arrive: there has to be room for them, in all and for their owner, and a video that they are for. */
export interface Growth {
  /** Rejects where it has to end. Asked before bytes are taken, and again each time as many as `growthStepBytes` came. */
  require(uploadId: string, receivedBytes: number, moreBytes: number): Promise<void>
  /** Told at the end of a request. */
  note(uploadId: string, receivedBytes: number): Promise<void>
}

export const growthStepBytes = 64 * 1024 * 1024

const requests = new AsyncLocalStorage<UploadRequest>()

/** The request that is being answered; undefined where nobody asked, as in a clean-up. */
export function uploadRequest(): UploadRequest | undefined {
  return requests.getStore()
}

export function withUploadRequest<Answer>(
  request: UploadRequest,
  answer: (request: UploadRequest) => Promise<Answer>,
): Promise<Answer> {
  return requests.run(request, () => answer(request))
}
