import { endTag, type MediaPlaylist, writeMediaPlaylist } from './media-playlist.ts'

/**
 * `growing`: more segments follow. `whole`: that is all. `moved`: nothing follows here any more, because the video goes on
 * under another prefix; players of ours go there, others take it for the end.
 */
export type PlaylistEnd = 'growing' | 'whole' | 'moved'

/** A comment to all players but ours; web/player/attach-hls.ts looks for it. */
const movedMark = '## QQVideo: goes on elsewhere'

const endOf: Record<PlaylistEnd, readonly string[]> = { growing: [], whole: [endTag], moved: [movedMark, endTag] }

/** A playlist of type EVENT: segments are only ever added. `leastTargetS` keeps the target duration the same from the first on. */
export function growingPlaylist(playlist: MediaPlaylist, end: PlaylistEnd, leastTargetS: number): string {
  return writeMediaPlaylist(playlist, { type: 'EVENT', leastTargetS, end: endOf[end] })
}

/** Whether a media playlist of ours promises more segments. */
export function isGrowing(text: string): boolean {
  return text.startsWith('#EXTM3U') && !text.includes(endTag)
}

/** The same playlist, ended where it stands. */
export function endPlaylist(text: string, end: Exclude<PlaylistEnd, 'growing'>): string {
  if (!isGrowing(text)) return text
  return [text.trimEnd(), ...endOf[end], ''].join('\n')
}

/** Whether it stops before the end of the video: its worker died, or it was ended for what took its place. */
export function isCut(text: string): boolean {
  return isGrowing(text) || text.includes(movedMark)
}
