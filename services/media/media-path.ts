import { isKey } from '#storage/check-key.ts'

export interface MediaPath {
  token: string
  path: string
}

/**
 * Reads the target of a request; null for everything that is not exactly `/media/<token>/<path>`. Nothing is decoded:
 * object keys need no escapes, so a `%` is as foreign as `..`, `//`, `\` or NUL, and one object has one URL.
 */
export function parseMediaPath(url: string): MediaPath | 'health' | null {
  const path = url.split('?', 1)[0]!
  if (path === '/media/health') return 'health'
  const match = /^\/media\/([^/]+)\/(.+)$/.exec(path)
  if (!match || !isKey(match[2]!)) return null
  return { token: match[1]!, path: match[2]! }
}
