import { escapeHtml } from './escape.ts'

interface SnippetVideo {
  id: string
  title: string
  /** Display size in pixels; 0 until known. */
  width: number
  height: number
}

interface SnippetOptions {
  isPrivate?: boolean
  /** Pixels, where the page has a fixed room for it; else it takes the page's width. */
  size?: { width: number; height: number }
  /** The owner's own word for this place, such as `newsletter`. */
  embedKey?: string
}

/**
 * HTML that embeds a video by an iframe. The usual one lets the page's path arrive, so that Views Details can name the
 * page; the private one sends the site's name only.
 */
export function iframeSnippet(origin: string, video: SnippetVideo, options: SnippetOptions = {}): string {
  const { isPrivate, size, embedKey } = options
  const policy = isPrivate ? 'strict-origin-when-cross-origin' : 'no-referrer-when-downgrade'
  const address = `${origin}/embed/${video.id}${embedKey ? `?key=${encodeURIComponent(embedKey)}` : ''}`
  const room = size
    ? `width="${size.width}" height="${size.height}" style="border:0"`
    : `style="width:100%;aspect-ratio:${ratioOf(video)};border:0"`
  return (
    `<iframe src="${escapeHtml(address)}" title="${escapeHtml(video.title)}" ${room} loading="lazy" ` +
    `allow="autoplay; fullscreen; picture-in-picture" allowfullscreen referrerpolicy="${policy}"></iframe>`
  )
}

/** HTML that embeds a video by embed.js, which also tells the page's address where the browser hides it. */
export function scriptSnippet(origin: string, video: SnippetVideo): string {
  return (
    `<script async src="${escapeHtml(`${origin}/embed.js`)}" data-video="${escapeHtml(video.id)}" ` +
    `data-ratio="${ratioOf(video)}" data-title="${escapeHtml(video.title)}"></script>`
  )
}

function ratioOf({ width, height }: SnippetVideo): string {
  return width > 0 && height > 0 ? `${width}/${height}` : '16/9'
}
