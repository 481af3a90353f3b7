import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { initName } from '../ladder/hls-arguments.ts'
import { Mp4Error } from '../mp4/mp4-error.ts'
import { readInit } from '../mp4/read-init.ts'
import type { MediaPlaylist } from './media-playlist.ts'
import { averageRate, peakRate } from './peak-rate.ts'

/** One finished rendition, measured. */
export interface FinishedRendition {
  /** Its folder below the root. */
  name: string
  playlist: MediaPlaylist
  durationS: number
}

export interface Rates {
  peakBitsPerSecond: number
  averageBitsPerSecond: number
}

/** RFC 6381, of the pictures of a rendition. Throws an Mp4Error where its init segment holds none. */
export async function readAvcCodec(root: string, name: string): Promise<string> {
  const { tracks } = readInit(await readFile(join(root, name, initName)))
  const pictures = tracks.find(({ kind }) => kind === 'video')
  if (!pictures) throw new Mp4Error('there is no picture track')
  return pictures.codec
}

/** Bits per second of the heaviest stretch and of all together, from the sizes of the finished objects. */
export function ratesOf(
  { name, playlist }: Pick<FinishedRendition, 'name' | 'playlist'>,
  sizes: Map<string, number>,
): Rates {
  const segments = playlist.segments.map((segment) => ({
    durationS: segment.durationS,
    sizeBytes: sizes.get(`${name}/${segment.name}`) ?? 0,
  }))
  const targetS = Math.max(1, ...segments.map(({ durationS }) => Math.round(durationS)))
  return { peakBitsPerSecond: peakRate(segments, targetS), averageBitsPerSecond: averageRate(segments) }
}
