import { createHash, randomBytes } from 'node:crypto'
import type { Request } from 'express'

// Tells our keys from other people's bearer tokens, and lets secret scanners find one that was published by mistake.
const prefix = 'qqv_'
const randomByteCount = 24
const hintLength = prefix.length + 4

/** 192 random bits behind the prefix. */
export function newApiKey(): { key: string; hint: string } {
  const key = prefix + randomBytes(randomByteCount).toString('base64url')
  return { key, hint: key.slice(0, hintLength) }
}

export function hashOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** The key that a request came with, or null. Other bearer tokens belong to somebody in front of us. */
export function keyOfRequest(request: Pick<Request, 'headers'>): string | null {
  const [, token] = /^bearer +(\S{1,200}) *$/i.exec(request.headers.authorization ?? '') ?? []
  return token?.startsWith(prefix) ? token : null
}
