import type { MediaPlaylist } from './media-playlist.ts'

/**
 * `growing`: more segments follow. `whole`: that is all. `moved`: nothing follows here any more, because the video goes on
 * under another prefix; players of ours go there, others take it for the end.
 */
export type PlaylistEnd = 'growing' | 'whole' | 'moved'

const endTag = '#EXT-X-ENDLIST'
/** A comment to all players but ours; web/player/attach-hls.ts looks for it. */
const movedMark = '## QQVideo: goes on elsewhere'

/** A playlist of type EVENT: segments are only ever added. `leastTargetS` keeps the target duration the same from the first on. */
export function growingPlaylist(playlist: MediaPlaylist, end: PlaylistEnd, leastTargetS: number): string {
  const longestS = Math.max(0, ...playlist.segments.map((segment) => segment.durationS))
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(leastTargetS, Math.round(longestS))}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${playlist.initName}"`,
  ]
  for (const { name, durationS } of playlist.segments) lines.push(`#EXTINF:${durationS.toFixed(6)},`, name)
  if (end === 'moved') lines.push(movedMark)
  if (end !== 'growing') lines.push(endTag)
  return `${lines.join('\n')}\n`
}

/** Whether a media playlist of ours promises more segments. */
export function isGrowing(text: string): boolean {
  return text.startsWith('#EXTM3U') && !text.includes(endTag)
}

/** The same playlist, ended where it stands. */
export function endPlaylist(text: string, end: Exclude<PlaylistEnd, 'growing'>): string {
  if (!isGrowing(text)) return text
  return `${text.trimEnd()}\n${end === 'moved' ? `${movedMark}\n` : ''}${endTag}\n`
}

/** Whether it stops before the end of the video: its worker died, or it was ended for what took its place. */
export function isCut(text: string): boolean {
  return isGrowing(text) || text.includes(movedMark)
}
