import { allParts, partPath, partRange, type UploadPart } from '#contract/upload-parts.ts'
import { spareLines } from './lines.ts'
import { type Sending, sendUpload } from './send-upload.ts'

export interface PartedUpload {
  url: string
  /** Of each part, by its place. */
  sentBytes: number[]
}

/**
 * Sends what is missing of each part of a file, over as many lines as there are. A long line carries only so much on each
 * connection; several together carry more. The first failure ends them all.
 */
export async function sendParts(file: Blob, parted: PartedUpload, { onprogress, signal }: Sending): Promise<void> {
  const { Upload } = await import('tus-js-client')
  const { url, sentBytes } = parted
  const waiting = allParts(sentBytes.length)
  let missing = waiting.length
  const ended = new AbortController()
  const running = AbortSignal.any([signal, ended.signal])

  async function sendNext(): Promise<void> {
    const part = running.aborted ? undefined : waiting.shift()
    if (!part) return
    const { startByte, endByte } = partRange(file.size, part)
    const bytes = file.slice(startByte, endByte)
    // Where a file is sent is remembered once, for all of its parts.
    const options = { uploadUrl: url + partPath(part), retryDelays: null, storeFingerprintForResuming: false }
    const upload = new Upload(bytes as File, options)
    await sendUpload(upload, bytes, { signal: running, onprogress: (sent) => tell(part, sent) })
    if (--missing === 0) ended.abort()
  }

  function tell({ number }: UploadPart, sent: number): void {
    sentBytes[number - 1] = sent
    onprogress(sentBytes.reduce((sum, each) => sum + each, 0))
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0 && !running.aborted) await sendNext()
  }

  try {
    await Promise.all([sendAll(), ...sentBytes.slice(1).map(() => spareLines.use(sendNext, running))])
  } catch (error) {
    ended.abort(error)
    throw error
  }
  signal.throwIfAborted()
}
