import { text } from 'node:stream/consumers'
import { AppError } from '#contract/errors.ts'
import type { Storage } from '#storage/storage.ts'

/** A small object as text. Throws `not_found`. */
export async function storedText(storage: Storage, key: string): Promise<string> {
  return text((await storage.get(key)).body)
}

/** The same; null where there is no such object. */
export async function findStoredText(storage: Storage, key: string): Promise<string | null> {
  try {
    return await storedText(storage, key)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}

export async function putPlaylist(storage: Storage, key: string, playlist: string): Promise<void> {
  await storage.put(key, Buffer.from(playlist), { contentType: 'application/vnd.apple.mpegurl' })
}
