import type { CaptionLink } from '#contract/captions.ts'
import type { VideoStatus } from '#contract/video.ts'

/** What the embed needs to know of a video that the asker may see. */
export interface EmbedVideo {
  id: string
  ownerId: string
  title: string
  status: VideoStatus
  /** Length as published; 0 while the video still grows. */
  durationMs: number
  /** Display size in pixels; 0 until known. */
  width: number
  height: number
  /** Storage prefix of the published attempt, the folder of its `master.m3u8`; null until somebody can watch. */
  publishedPrefix: string | null
  /** Folder of `storyboard.vtt`; absent or null as long as there is none. */
  storyboardPrefix?: string | null
  /** Address of the poster, or null where there is none yet. */
  posterUrl: string | null
  /** Its captions, by the keys of their objects; none where there are none. */
  captions?: EmbedCaptions[]
  /** Whether the asker is the signed-in owner. */
  isOwn: boolean
  /** Why it failed, in a sentence; given only where the asker may know it. */
  failureMessage: string | null
}

export type EmbedCaptions = Omit<CaptionLink, 'url'> & { objectKey: string }

/** A video that has something published stays playable even if making it better failed later. */
export function stateOf(video: Pick<EmbedVideo, 'publishedPrefix' | 'status'>): 'waiting' | 'playable' | 'failed' {
  if (video.publishedPrefix !== null) return 'playable'
  return video.status === 'failed' ? 'failed' : 'waiting'
}
