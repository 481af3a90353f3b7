import { z } from 'zod'

// No vowels and no look-alikes: ids are read aloud, typed from paper, and should not spell words.
const alphabet = '23456789bcdfghjkmnpqrstvwxyz'
const videoIdLength = 12

/** 12 letters of 28: 57 random bits, enough that ids of unlisted videos can't be guessed over HTTP. */
export function newVideoId(): string {
  let id = ''
  while (id.length < videoIdLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(24))) {
      // 252 = 9 × 28: bytes above it would make the first letters likelier than the others.
      if (byte < 252 && id.length < videoIdLength) id += alphabet[byte % alphabet.length]
    }
  }
  return id
}

/** 64 random bits as 16 hex digits; unique within a video, stored as UInt64. */
export function newPlayId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const videoIdSchema = z.string().regex(/^[23456789bcdfghjkmnpqrstvwxyz]{12}$/)
export const playIdSchema = z.string().regex(/^[0-9a-f]{16}$/)
export const slugSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/)
