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
  const known = new LRUCache<string, KnownToken & { text: string }>({ max: mostTokens })
  return (text, nowMs) => {
    // Looked up by the signature and then compared, since to hash all of a token takes longer than to compare it.
    const signature = text.slice(-signatureLength)
    const seen = known.get(signature)
    if (seen?.text === text && seen.token.expiresAtMs > nowMs) return seen
    const token = verifyPlayToken(keys, text, nowMs)
    const fresh = { text, token, columns: tokenColumns(token) }
    known.set(signature, fresh)
    return fresh
  }
}

// What 32 bytes take in base64url.
const signatureLength = 43

// About 1.5 kB each, so 30 MB; more plays at a time cost a signature check per beacon and nothing else.
const mostTokens = 20_000
