import { isTruncated } from './duration.ts'
import type { Source } from './source.ts'

/** What is known of a file once it is decoded; null where that is not known yet. */
export interface Decoded {
  claimedS: number | null
  durationS: number | null
  damage: Damage | null
}

export interface Damage {
  /** Pictures that came out broken or not at all, and how many there are in all. */
  damaged: number
  pictures: number
}

/** What its owner should know of a file that became a video nevertheless; pages have a sentence for each. */
export function flagsOf(
  { video, soundTracks, hasSubtitles }: Pick<Source, 'video' | 'soundTracks' | 'hasSubtitles'>,
  { claimedS, durationS, damage }: Decoded,
  { canToneMap }: { canToneMap: boolean },
): string[] {
  const flags: string[] = []
  if (durationS !== null && isTruncated(claimedS, durationS)) flags.push('source_truncated')
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
