import type { Video } from '#contract/video.ts'
import { ApiError, load, write } from '../api/write.ts'
import type { OpenUpload } from './open-upload.ts'
import { titleOfFile } from './title-of-file.ts'

// What sends is fetched once something is sent: every page of the site stands on this file.

/** What a file becomes: a video of its own, or another file of one that there is. */
export interface UploadTarget {
  /** Null for a new video. */
  replacesId: string | null
  open(file: File): Promise<OpenUpload>
  /** What goes with the bytes where its sender takes everything back. */
  forget(videoId: string): Promise<void>
}

export const newVideo: UploadTarget = {
  replacesId: null,
  open: async (file) => {
    const { openUpload } = await import('./open-upload.ts')
    return openUpload(file, {
      createVideo: async () => {
        const draft = await write<Video>('POST', '/api/videos/drafts', { title: titleOfFile(file.name) })
        return draft.id
      },
      hasVideo: async (id) => (await findVideo(id))?.status === 'uploading',
    })
  },
  forget: (videoId) => write('DELETE', `/api/videos/${videoId}`),
}

export function replacementOf(videoId: string): UploadTarget {
  return {
    replacesId: videoId,
    open: async (file) => {
      const { openReplacement } = await import('./open-replacement.ts')
      return openReplacement(file, videoId)
    },
    forget: async () => {},
  }
}

/** Null where it is gone. Rejects where nobody knows, so that a lost line does not begin a second video. */
async function findVideo(id: string): Promise<Video | null> {
  try {
    return await load<Video>(`/api/videos/${id}`)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return null
    throw error
  }
}
