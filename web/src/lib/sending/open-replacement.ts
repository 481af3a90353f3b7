import { FileSending } from './file-sending.ts'
import type { OpenUpload } from './open-upload.ts'

/** The same for a file that takes the place of a video's. */
export async function openReplacement(file: File, videoId: string): Promise<OpenUpload> {
  const tus = await import('tus-js-client')
  // The same file may be on its way to become a video of its own.
  const name = ['replace', videoId, file.name, file.size, file.lastModified].join('-')
  const upload = new tus.Upload(file, {
    endpoint: '/api/uploads',
    retryDelays: null,
    removeFingerprintOnSuccess: true,
    fingerprint: async () => name,
    metadata: { filename: file.name, replaces: videoId },
  })
  const [previous = null] = await upload.findPreviousUploads().catch(() => [])
  return { videoId, sending: new FileSending(upload, previous) }
}
