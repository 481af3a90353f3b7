import type { Upload } from 'tus-js-client'
import { checksumOf } from './checksum-of.ts'
import { firstChunkBytes, nextChunkBytes } from './chunk-bytes.ts'

export interface Sending {
  /** How much of it is sent, whenever that changes. */
  onprogress(sentBytes: number): void
  signal: AbortSignal
}

/**
 * Sends what is missing of an upload of these bytes, each request with a checksum. Resolves when every byte is there,
 * rejects as tus does, or when told to stop.
 */
export function sendUpload(upload: Upload, bytes: Blob, { onprogress, signal }: Sending): Promise<void> {
  const { options } = upload
  let chunkBytes = firstChunkBytes
  let begunAtMs = 0
  let isCreating = false
  options.chunkSize = chunkBytes
  options.onProgress = onprogress
  options.onBeforeRequest = async (request) => {
    // What was sent is taken back after it was stopped.
    if (request.getMethod() === 'DELETE') return
    if (request.getMethod() === 'PATCH') {
      const offset = Number(request.getHeader('Upload-Offset'))
      const checksum = await checksumOf(bytes.slice(offset, offset + chunkBytes))
      if (checksum) request.setHeader('Upload-Checksum', checksum)
    }
    // Stopped meanwhile: this request is not known yet to who stops it.
    signal.throwIfAborted()
    isCreating = request.getMethod() === 'POST'
    begunAtMs = performance.now()
  }
  options.onChunkComplete = (sentBytes) => {
    chunkBytes = nextChunkBytes(sentBytes, performance.now() - begunAtMs)
    options.chunkSize = chunkBytes
  }
  return new Promise<void>((resolve, reject) => {
    const stop = () => {
      // Without its answer nobody would know what the server has begun.
      if (!isCreating) void upload.abort().finally(() => reject(signal.reason))
    }
    options.onUploadUrlAvailable = () => {
      isCreating = false
      if (signal.aborted) stop()
    }
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', stop)
      end()
    }
    options.onSuccess = () => settle(resolve)
    options.onError = (error) => settle(() => reject(error))
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) reject(signal.reason)
    else upload.start()
  })
}
