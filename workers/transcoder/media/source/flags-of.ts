import { isTruncated } from './duration.ts'
import type { Source } from './source.ts'

/** What is known of a file once it is decoded; null where that is not known yet. */
export interface Decoded {
  /** What was reckoned with where the header claimed nothing. */
  claimedS: number | null
  durationS: number | null
  /** The pictures alone: sound may go on where they can't be decoded any more. */
  picturesS?: number | null
  damage: Damage | null
}

export interface Damage {
  /** Pictures that came out broken or not at all, and how many there are in all. */
  damaged: number
  pictures: number
}

/** What its owner should know of a file that became a video nevertheless; pages have a sentence for each. */
export function flagsOf(
  { video, claims, soundTracks, hasSubtitles }: Pick<Source, 'video' | 'claims' | 'soundTracks' | 'hasSubtitles'>,
  { claimedS, durationS, picturesS = null, damage }: Decoded,
  { canToneMap }: { canToneMap: boolean },
): string[] {
  const flags: string[] = []
  const isShort = (claimS: number | null, realS: number | null) => realS !== null && isTruncated(claimS, realS)
  if (isShort(claims?.wholeS ?? claimedS, durationS) || isShort(claims?.pictureS ?? null, picturesS))
    flags.push('source_truncated')
  if (damage && isDamaged(damage)) flags.push('source_damaged')
  if (video.isDolbyVisionOnly) flags.push('dolby_vision')
  else if (video.hdr) flags.push(canToneMap ? 'hdr' : 'hdr_unfitted')
  if (soundTracks > 1) flags.push('sound_tracks')
  if (hasSubtitles) flags.push('subtitles_inside')
  return flags
}

/** A picture or two that flicker are in many recordings; one in fifty is what people see. */
function isDamaged({ damaged, pictures }: Damage): boolean {
  return damaged >= 5 && damaged > pictures / 50
}
