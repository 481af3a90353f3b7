/** What the text of a playlist says about its future; null for an object that is no playlist. */
export type PlaylistKind = 'multivariant' | 'finished' | 'growing' | null

/**
 * How long browsers and CDNs may keep an answer: never past the end of the token that opened it. Segments never change;
 * a finished playlist would only change with a new version of the video, which gets a new prefix.
 */
export function cacheControl(kind: PlaylistKind, remainingMs: number): string {
  const seconds = Math.min(maxAgeSeconds(kind), Math.floor(remainingMs / 1000))
  if (seconds <= 0) return 'no-store'
  return `public, max-age=${seconds}${kind === null ? ', immutable' : ''}`
}

export function playlistKind(text: string): Exclude<PlaylistKind, null> {
  if (text.includes('#EXT-X-ENDLIST')) return 'finished'
  return text.includes('#EXT-X-STREAM-INF') ? 'multivariant' : 'growing'
}

function maxAgeSeconds(kind: PlaylistKind): number {
  switch (kind) {
    case 'growing':
      return 0
    // Nothing in it says whether another rendition is still to come.
    case 'multivariant':
      return 5
    case 'finished':
      return 60 * 60
    case null:
      return 365 * 24 * 60 * 60
  }
}
