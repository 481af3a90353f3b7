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

export function durationOf(playlist: MediaPlaylist): number {
  return playlist.segments.reduce((sum, segment) => sum + segment.durationS, 0)
}
