export interface MediaPlaylist {
  initName: string | null
  segments: { name: string; durationS: number }[]
}

/** Reads a media playlist that our ffmpeg wrote. */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const playlist: MediaPlaylist = { initName: null, segments: [] }
  let durationS = 0
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#EXT-X-MAP:')) playlist.initName = /URI="([^"]*)"/.exec(line)?.[1] ?? null
    else if (line.startsWith('#EXTINF:')) durationS = Number.parseFloat(line.slice('#EXTINF:'.length))
    else if (line !== '' && !line.startsWith('#')) playlist.segments.push({ name: line, durationS })
  }
  return playlist
}

export const endTag = '#EXT-X-ENDLIST'

interface Manner {
  /** `EVENT` where segments are still added. */
  type: 'VOD' | 'EVENT'
  leastTargetS: number
  /** The lines after the segments. */
  end: readonly string[]
}

const whole: Manner = { type: 'VOD', leastTargetS: 1, end: [endTag] }

/** The other way round, without more words for all of a video's segments; RFC 8216 rounds the target to the nearest second. */
export function writeMediaPlaylist({ initName, segments }: MediaPlaylist, manner = whole): string {
  const longestS = Math.max(0, ...segments.map((segment) => segment.durationS))
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(manner.leastTargetS, Math.round(longestS))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    `#EXT-X-PLAYLIST-TYPE:${manner.type}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${initName}"`,
    ...segments.flatMap(({ name, durationS }) => [`#EXTINF:${durationS.toFixed(6)},`, name]),
    ...manner.end,
    '',
  ].join('\n')
}

export function durationOf(playlist: MediaPlaylist): number {
  return playlist.segments.reduce((sum, segment) => sum + segment.durationS, 0)
}
