import { LRUCache } from 'lru-cache'
import type { PlayToken } from '#contract/play-token.ts'
import { type SigningKey, verifyPlayToken } from '../tokens/signed-token.ts'
import { tokenColumns } from './play-row.ts'

export interface KnownToken {
  token: PlayToken
  /** The token's part of every row of its play. */
  columns: string
}

/** Verifies each token once: a play sends the same one a dozen times. Throws `token_invalid` or `token_expired`. */
export function createTokenReader(keys: readonly SigningKey[]): (text: string, nowMs: number) => KnownToken {
  const known = new LRUCache<string, KnownToken>({ max: mostTokens })
  return (text, nowMs) => {
    const seen = known.get(text)
    if (seen && seen.token.expiresAtMs > nowMs) return seen
    const token = verifyPlayToken(keys, text, nowMs)
    const fresh = { token, columns: tokenColumns(token) }
    known.set(text, fresh)
    return fresh
  }
}

// About 1.5 kB each, so 30 MB; more plays at a time cost a signature check per beacon and nothing else.
const mostTokens = 20_000
