import type { VideoSource } from '../source/source.ts'
import { toneMapFilters } from './tone-map.ts'

/** A picture of a video as a JPEG shows it: of this size, with square pixels, in the full range and in ordinary colours. */
export function stillFilters(
  { hdr }: Pick<VideoSource, 'hdr'>,
  { width, height }: { width: number; height: number },
  canToneMap: boolean,
): string[] {
  return [`scale=${width}:${height}`, ...(hdr && canToneMap ? toneMapFilters : []), ...jpegFilters]
}

export const jpegFilters: readonly string[] = ['format=yuvj420p', 'setsar=1']
