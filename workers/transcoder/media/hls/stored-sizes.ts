import type { Storage } from '#storage/storage.ts'

/** The sizes in bytes of all that is stored under a prefix, by the path below it. */
export async function storedSizes(storage: Storage, prefix: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for await (const { key, sizeBytes } of storage.list(prefix)) sizes.set(key.slice(prefix.length + 1), sizeBytes)
  return sizes
}
