import type { Upload } from 'tus-js-client'

interface Hooks {
  /** Makes the video that the upload will fill, and returns its id. */
  createVideo(): Promise<string>
  /** Whether the video of an earlier attempt still waits for its bytes. */
  hasVideo(videoId: string): Promise<boolean>
  onProgress(bytesSent: number): void
  onSuccess(): void
  onError(error: unknown): void
}

// Big enough that requests cost nothing, small enough for proxies that limit a body, and little is lost when one breaks.
const chunkBytes = 32 * 1024 * 1024
const retryDelaysMs = [0, 1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 60_000]

/**
 * Prepares a resumable upload of a file. The browser remembers unfinished ones by the file's name, size and date, so
 * choosing the same file again continues the same video where it stopped.
 */
export async function openUpload(file: File, hooks: Hooks): Promise<{ upload: Upload; videoId: string }> {
  const tus = await import('tus-js-client')
  const upload = new tus.Upload(file, {
    endpoint: '/api/uploads',
    chunkSize: chunkBytes,
    retryDelays: retryDelaysMs,
    removeFingerprintOnSuccess: true,
    onProgress: (bytesSent) => hooks.onProgress(bytesSent),
    onSuccess: () => hooks.onSuccess(),
    onError: (error) => hooks.onError(error),
  })
  const videoId = (await resume(upload, hooks)) ?? (await hooks.createVideo())
  upload.options.metadata = { filename: file.name, videoId }
  return { upload, videoId }
}

async function resume(upload: Upload, hooks: Hooks): Promise<string | null> {
  for (const previous of await upload.findPreviousUploads()) {
    const videoId = previous.metadata.videoId
    if (videoId && previous.uploadUrl && (await hooks.hasVideo(videoId))) {
      upload.resumeFromPreviousUpload(previous)
      return videoId
    }
  }
  return null
}
