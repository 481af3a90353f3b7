import { FileSending } from './file-sending.ts'
import { newUpload } from './new-upload.ts'
import type { OpenUpload } from './open-upload.ts'

/** The same for a file that takes the place of a video's. */
export async function openReplacement(file: File, videoId: string): Promise<OpenUpload> {
  const upload = await newUpload(file, videoId)
  upload.options.metadata = { filename: file.name, replaces: videoId }
  const [previous = null] = await upload.findPreviousUploads().catch(() => [])
  return { videoId, sending: new FileSending(upload, previous) }
}
