import type { PreviousUpload, Upload } from 'tus-js-client'
import { FileSending } from './file-sending.ts'
import { newUpload } from './new-upload.ts'

interface Hooks {
  /** Makes the video that the upload will fill, and returns its id. */
  createVideo(): Promise<string>
  /** Whether the video of an earlier attempt still waits for its bytes. */
  hasVideo(videoId: string): Promise<boolean>
}

export interface OpenUpload {
  videoId: string
  sending: FileSending
}

/**
 * Prepares a resumable upload of a file. The browser remembers unfinished ones by the file's name, size and date, so
 * choosing the same file again, days later, continues the same video where it stopped.
 */
export async function openUpload(file: File, hooks: Hooks): Promise<OpenUpload> {
  const upload = await newUpload(file, null)
  const previous = await findPrevious(upload, hooks)
  const videoId = previous?.metadata.videoId ?? (await hooks.createVideo())
  upload.options.metadata = { filename: file.name, videoId }
  return { videoId, sending: new FileSending(upload, previous) }
}

async function findPrevious(upload: Upload, hooks: Hooks): Promise<PreviousUpload | null> {
  for (const previous of await upload.findPreviousUploads().catch((): PreviousUpload[] => [])) {
    const { videoId } = previous.metadata
    if (videoId && previous.uploadUrl && (await hooks.hasVideo(videoId))) return previous
  }
  return null
}
