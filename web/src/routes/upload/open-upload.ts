import type { DetailedError, PreviousUpload, Upload } from 'tus-js-client'
import type { Failed } from './judge-failure.ts'

interface Hooks {
  /** Makes the video that the upload will fill, and returns its id. */
  createVideo(): Promise<string>
  /** Whether the video of an earlier attempt still waits for its bytes. */
  hasVideo(videoId: string): Promise<boolean>
}

export interface OpenUpload {
  videoId: string
  /** Goes on where the server is; resolves when every byte is there, rejects at the first failure or when told to stop. */
  send(onprogress: (sentBytes: number) => void, signal: AbortSignal): Promise<void>
  /** Takes back what was sent. */
  discard(): Promise<void>
}

// Big enough that requests cost nothing, small enough for proxies that limit a body, and little is lost when one breaks.
const chunkBytes = 32 * 1024 * 1024

/**
 * Prepares a resumable upload of a file. The browser remembers unfinished ones by the file's name, size and date, so
 * choosing the same file again, days later, continues the same video where it stopped.
 */
export async function openUpload(file: File, hooks: Hooks): Promise<OpenUpload> {
  const tus = await import('tus-js-client')
  const upload = new tus.Upload(file, {
    endpoint: '/api/uploads',
    chunkSize: chunkBytes,
    // Who tries again and when is not its business: we tell people what is being waited for.
    retryDelays: null,
    removeFingerprintOnSuccess: true,
  })
  const videoId = (await resume(upload, hooks)) ?? (await hooks.createVideo())
  upload.options.metadata = { filename: file.name, videoId }
  return {
    videoId,
    send: (onprogress, signal) => send(upload, onprogress, signal),
    discard: () => upload.abort(true),
  }
}

function send(upload: Upload, onprogress: (sentBytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    upload.options.onProgress = onprogress
    upload.options.onSuccess = () => resolve()
    upload.options.onError = reject
    signal.addEventListener('abort', () => upload.abort().finally(() => reject(signal.reason)), { once: true })
    if (signal.aborted) reject(signal.reason)
    else upload.start()
  })
}

/** What tus tells of a failure, or what anything else does. */
export function failedOf(error: unknown): Failed {
  const answer = (error as Partial<DetailedError>).originalResponse
  return { status: answer?.getStatus() || null, body: answer?.getBody() ?? '' }
}

async function resume(upload: Upload, hooks: Hooks): Promise<string | null> {
  for (const previous of await upload.findPreviousUploads().catch((): PreviousUpload[] => [])) {
    const videoId = previous.metadata.videoId
    if (videoId && previous.uploadUrl && (await hooks.hasVideo(videoId))) {
      upload.resumeFromPreviousUpload(previous)
      return videoId
    }
  }
  return null
}
