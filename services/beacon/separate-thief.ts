import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { PlayToken } from '#contract/play-token.ts'

/**
 * The token to count a beacon under. A page's requests all name the browser that asked for its document; who shows its
 * token from another browser has taken it from somewhere and must not touch the true play, so theirs becomes a play of
 * its own, the same one each time. Null where the token is shown by its own browser, or is too old to tell.
 */
export function separateThief(token: PlayToken, userAgent: string): PlayToken | null {
  if (token.agent === undefined) return null
  const agent = crc32(userAgent)
  if (agent === token.agent) return null
  return { ...token, playId: createHash('sha256').update(`${token.playId}|${agent}`).digest('hex').slice(0, 16) }
}
