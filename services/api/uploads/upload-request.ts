import { AsyncLocalStorage } from 'node:async_hooks'
import type { Checksum } from './checksum.ts'

/** What we know of a request and what tus's hooks and stores are not handed. */
export interface UploadRequest {
  ownerId: string
  checksum: Checksum | undefined
}

const requests = new AsyncLocalStorage<UploadRequest>()

/** The request that is being answered; undefined where nobody asked, as in a clean-up. */
export function uploadRequest(): UploadRequest | undefined {
  return requests.getStore()
}

export function withUploadRequest<Answer>(request: UploadRequest, answer: () => Promise<Answer>): Promise<Answer> {
  return requests.run(request, answer)
}
