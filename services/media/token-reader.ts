import { LRUCache } from 'lru-cache'
import type { MediaToken } from '#contract/play-token.ts'
import { type SigningKey, verifyMediaToken } from '../tokens/signed-token.ts'

/** Verifies media tokens and remembers the genuine ones: a player shows the same token with every segment. Throws as verifyMediaToken does. */
export function createTokenReader(keys: readonly SigningKey[]): (text: string) => MediaToken {
  const genuine = new LRUCache<string, MediaToken>({ max: maxRemembered })
  return (text) => {
    const known = genuine.get(text)
    // From its end on a token is verified each time, so that expiry is judged in one place.
    if (known && known.expiresAtMs > Date.now()) return known
    const token = verifyMediaToken(keys, text)
    genuine.set(text, token)
    return token
  }
}

// About 500 bytes each: at most 5 MB.
const maxRemembered = 10_000
