import { titleOfFile } from '#contract/title-of-file.ts'
import { type Video, type Visibility, visibilities } from '#contract/video.ts'
import { ApiError, load, write } from '../api/write.ts'
import type { OpenUpload } from './open-upload.ts'

// What sends is fetched once something is sent: every page of the site stands on this file.

/** What its sender says of a video before or while it is sent. */
export interface Wish {
  visibility: Visibility
  /** Without it, the file's name. */
  title?: string
}

/** What a file becomes: a video of its own, or another file of one that there is. */
export interface UploadTarget {
  /** Null for a new video. */
  replacesId: string | null
  open(file: File, wish: Wish): Promise<OpenUpload>
  /** What goes with the bytes where its sender takes everything back. */
  forget(videoId: string): Promise<void>
}

export const newVideo: UploadTarget = {
  replacesId: null,
  open: async (file, { visibility, title = titleOfFile(file.name) }) => {
    const { openUpload } = await import('./open-upload.ts')
    return openUpload(file, {
      createVideo: async () => {
        const draft = await write<Video>('POST', '/api/videos/drafts', { title, visibility })
        return draft.id
      },
      hasVideo: async (id) => {
        const video = await findVideo(id)
        if (video?.status !== 'uploading') return false
        // Of what was chosen then and now the closer holds: nothing is shown to more people than somebody was told.
        if (visibilities.indexOf(visibility) > visibilities.indexOf(video.visibility))
          await write('PATCH', `/api/videos/${id}`, { visibility })
        return true
      },
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
