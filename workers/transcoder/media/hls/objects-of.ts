import { playlistName } from '../ladder/hls-arguments.ts'
import type { FinishedRendition } from './describe-hls.ts'

/** All objects of a rendition, its playlist first, by the path below its prefix. */
export function objectsOf({ name, playlist }: Pick<FinishedRendition, 'name' | 'playlist'>): string[] {
  const objects = [playlistName, playlist.initName ?? '', ...playlist.segments.map((segment) => segment.name)]
  return objects.map((object) => `${name}/${object}`)
}
