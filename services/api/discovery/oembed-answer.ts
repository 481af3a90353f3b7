import { escapeHtml } from '../embed/escape.ts'
import { iframeSnippet } from '../embed/snippets.ts'

interface OembedVideo {
  id: string
  title: string
  ownerName: string
  /** Display size in pixels; 0 until known. */
  width: number
  height: number
  hasPoster: boolean
}

interface Wanted {
  /** Largest size that the asker has room for, in pixels. */
  maxWidth: number
  maxHeight: number
  /** The embed key of the address that was asked about, or ''. */
  embedKey: string
}

/** The answer of oEmbed 1.0 (oembed.com) about a video. */
export function oembedAnswer(origin: string, video: OembedVideo, wanted: Wanted): Record<string, string | number> {
  const size = sizeWithin(video, wanted)
  return {
    type: 'video',
    version: '1.0',
    title: video.title,
    author_name: video.ownerName,
    provider_name: 'QQVideo',
    provider_url: origin,
    cache_age: 3600,
    ...size,
    html: iframeSnippet(origin, video, { size, embedKey: wanted.embedKey }),
    ...(video.hasPoster && {
      thumbnail_url: `${origin}/api/videos/${video.id}/poster.jpg`,
      thumbnail_width: size.width,
      thumbnail_height: size.height,
    }),
  }
}

/** The same as XML, for those who ask for it. */
export function oembedXml(answer: Record<string, string | number>): string {
  const fields = Object.entries(answer).map(([name, value]) => `<${name}>${escapeHtml(String(value))}</${name}>`)
  return `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>${fields.join('')}</oembed>\n`
}

// What a column of text usually has room for.
const usualWidth = 1280

/** The largest size of the video's shape within what there is room for. */
function sizeWithin(video: OembedVideo, { maxWidth, maxHeight }: Wanted): { width: number; height: number } {
  const [width, height] = video.width > 0 && video.height > 0 ? [video.width, video.height] : [1280, 720]
  const scale = Math.min(1, usualWidth / width, maxWidth / width, maxHeight / height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
