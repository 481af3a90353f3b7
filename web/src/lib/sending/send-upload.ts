import type { Upload } from 'tus-js-client'
import { checksumOf } from './checksum-of.ts'
import { type ChunkRun, chunkSize } from './chunk-size.ts'

export interface Sending {
  /** How much of it is sent or on its way, whenever that changes; once it is over, how much the server is known to have. */
  onprogress(sentBytes: number): void
  signal: AbortSignal
}

/**
 * Sends what is missing of an upload of these bytes, each request with a checksum. Resolves when every byte is there,
 * rejects as tus does, or when told to stop.
 */
export function sendUpload(upload: Upload, bytes: Blob, { onprogress, signal }: Sending): Promise<void> {
  const { options } = upload
  let keptBytes: number | null = null
  /** The chunk that is on its way. */
  let chunk: (ChunkRun & { begunAtMs: number }) | null = null
  let isCreating = false
  options.chunkSize = chunkSize.bytes
  options.onProgress = (sentBytes) => {
    if (signal.aborted) return
    if (chunk) chunk.sentBytes = sentBytes - (keptBytes ?? 0)
    onprogress(sentBytes)
  }
  options.onBeforeRequest = async (request) => {
    // What was sent is taken back after it was stopped.
    if (request.getMethod() === 'DELETE') return
    const chunkBytes = options.chunkSize!
    const isChunk = request.getMethod() === 'PATCH'
    if (isChunk) {
      keptBytes = Number(request.getHeader('Upload-Offset'))
      const checksum = await checksumOf(bytes.slice(keptBytes, keptBytes + chunkBytes))
      if (checksum) request.setHeader('Upload-Checksum', checksum)
    }
    // Stopped meanwhile: this request is not known yet to who stops it.
    signal.throwIfAborted()
    isCreating = request.getMethod() === 'POST'
    if (isChunk) chunk = { chunkBytes, sentBytes: 0, tookMs: 0, begunAtMs: performance.now() }
  }
  options.onChunkComplete = (sentBytes, acceptedBytes) => {
    const arrived = endChunk()
    if (arrived) chunkSize.arrived({ ...arrived, sentBytes })
    keptBytes = acceptedBytes
    options.chunkSize = chunkSize.bytes
  }

  function endChunk(): ChunkRun | null {
    const ended = chunk && { ...chunk, tookMs: performance.now() - chunk.begunAtMs }
    chunk = null
    return ended
  }

  // What was on its way and did not arrive is not kept by the server.
  function tellKept(): void {
    if (keptBytes !== null) onprogress(keptBytes)
  }

  return new Promise<void>((resolve, reject) => {
    const stop = () => {
      // Without its answer nobody would know what the server has begun.
      if (isCreating) return
      void upload.abort().finally(() => reject(signal.reason))
      const stopped = endChunk()
      if (stopped) chunkSize.stopped(stopped)
      tellKept()
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
    options.onError = (error) => {
      const broken = endChunk()
      if (broken) chunkSize.broke(broken)
      tellKept()
      settle(() => reject(error))
    }
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) reject(signal.reason)
    else upload.start()
  })
}
