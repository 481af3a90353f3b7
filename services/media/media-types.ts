export interface MediaType {
  contentType: string
  isPlaylist: boolean
  /** Whether its delivery says that a part of the video was sent. */
  isSegment: boolean
}

/** What may be delivered, by extension; null for anything else, so that nothing is ever served as a page or a script. */
export function mediaType(path: string): MediaType | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const extension = name.slice(name.lastIndexOf('.'))
  const contentType = contentTypes[extension]
  if (!contentType) return null
  const isInit = name === 'init.mp4'
  return { contentType, isPlaylist: extension === '.m3u8', isSegment: contentType === 'video/mp4' && !isInit }
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
