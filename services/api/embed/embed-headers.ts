export interface Origins {
  /** Origins besides our own that the player reads media from or sends beacons to. */
  connect: string[]
  /** Which pages may frame the document, in the words of `frame-ancestors`; null for every page. */
  frames: string[] | null
}

/**
 * The headers of every embed document: pages may frame it unless its owner's rules say otherwise, also those that are
 * cross-origin isolated; it runs only our own script; and nobody may keep it, since its token belongs to one play.
 */
export function documentHeaders(nonce: string, { connect, frames }: Origins): Record<string, string> {
  const others = connect.map((origin) => ` ${origin}`).join('')
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src 'self' 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      `img-src 'self' data:${others}`,
      `media-src 'self' blob:${others}`,
      `connect-src 'self'${others}`,
      "base-uri 'none'",
      "form-action 'none'",
      ...(frames ? [`frame-ancestors ${frames.join(' ')}`] : []),
    ].join('; '),
    'Cache-Control': 'private, no-store',
    'Content-Type': 'text/html; charset=utf-8',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Robots-Tag': 'noindex',
  }
}

/** What a site-wide set of headers may have put there and what would keep other pages from framing the document. */
export const unwantedHeaders = ['X-Frame-Options', 'Cross-Origin-Opener-Policy', 'Set-Cookie']
