import { posix } from 'node:path'

/** The keys of what a playlist stored as `key` names: segments, init segments and other playlists, each as often as it does. */
export function namesIn(playlist: string, key: string): string[] {
  const named = [...playlist.matchAll(/^[^#\s].*$/gm), ...playlist.matchAll(/URI="([^"]+)"/g)]
  return named.map(([line, quoted]) => posix.join(posix.dirname(key), (quoted ?? line).trim()))
}
