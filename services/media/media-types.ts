import { downloadPath, type MediaToken } from '#contract/play-token.ts'
import { contentDisposition } from './content-disposition.ts'

export interface MediaType {
  contentType: string
  isPlaylist: boolean
  /** Whether its delivery says that a part of the video was sent. */
  isSegment: boolean
  /** Headers of this kind of answer. */
  more?: Record<string, string>
}

/** What may be delivered, by extension; null for anything else, so that nothing is ever served as a page or a script. */
export function mediaType(path: string): MediaType | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const extension = name.slice(name.lastIndexOf('.'))
  const contentType = contentTypes[extension]
  if (!contentType) return null
  // Parts of a ladder name theirs with their number: `p1-t1-init.mp4`.
  const isInit = /(^|-)init\.mp4$/.test(name)
  return { contentType, isPlaylist: extension === '.m3u8', isSegment: contentType === 'video/mp4' && !isInit }
}

/**
 * What is kept as a file: the one object that the token names, and nothing beside it. It may be just what somebody uploaded,
 * so no browser shall look into it, nor run what it finds.
 */
export function downloadType({ downloadAs }: MediaToken, path: string): MediaType | null {
  if (!downloadAs || path !== downloadPath) return null
  const contentType = downloadAs.endsWith('.mp4') ? 'video/mp4' : 'application/octet-stream'
  const more = {
    'content-disposition': contentDisposition(downloadAs),
    'content-security-policy': "sandbox; default-src 'none'",
    // Not for everybody who shares a proxy; what breaks off is gone on with by its ETag.
    'cache-control': 'private, no-cache',
  }
  return { contentType, isPlaylist: false, isSegment: false, more }
}

const contentTypes: Record<string, string | undefined> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.m4s': 'video/mp4',
  '.mp4': 'video/mp4',
  '.vtt': 'text/vtt; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
}
