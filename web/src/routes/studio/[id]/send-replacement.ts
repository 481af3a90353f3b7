/** Why it is ended by who leaves the page: what was sent stays, and the same file goes on from there. */
export const left = Symbol('left')

/**
 * Sends a file that takes the place of a video's; goes on by itself after a lost connection, and where an earlier try with
 * the same file stopped. Rejects when it is refused or the signal is aborted.
 */
export async function sendReplacement(
  file: File,
  { videoId, signal, onprogress }: { videoId: string; signal: AbortSignal; onprogress: (sentBytes: number) => void },
): Promise<void> {
  const tus = await import('tus-js-client')
  // The same file may be on its way to become a video of its own.
  const name = ['replace', videoId, file.name, file.size, file.lastModified].join('-')
  const upload = new tus.Upload(file, {
    endpoint: '/api/uploads',
    chunkSize: 32 * 1024 * 1024,
    retryDelays: [0, 1_000, 3_000, 5_000, 10_000, 20_000],
    removeFingerprintOnSuccess: true,
    fingerprint: async () => name,
    metadata: { filename: file.name, replaces: videoId },
  })
  const [previous] = await upload.findPreviousUploads().catch(() => [])
  if (previous) upload.resumeFromPreviousUpload(previous)
  await new Promise<void>((resolve, reject) => {
    upload.options.onProgress = onprogress
    upload.options.onError = reject
    const end = () => upload.abort(signal.reason !== left).finally(() => reject(signal.reason))
    signal.addEventListener('abort', end, { once: true })
    upload.options.onSuccess = () => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    if (signal.aborted) reject(signal.reason)
    else upload.start()
  })
}
