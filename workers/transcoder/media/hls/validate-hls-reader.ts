import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Storage } from '#storage/storage.ts'
import { storedSizes } from './stored-sizes.ts'

/** How the objects of one published prefix are reached; paths are below it, such as `720p/3.m4s`. */
export interface HlsReader {
  /** Of every object there is, in bytes. */
  sizes: Map<string, number>
  /** The first bytes of an object that is there. */
  head(path: string, lengthBytes: number): Promise<Buffer>
}

/** What is `known` of the sizes of all that is stored there spares a listing. */
export async function readFromStorage(
  storage: Storage,
  prefix: string,
  known?: Map<string, number>,
): Promise<HlsReader> {
  const sizes = known ?? (await storedSizes(storage, prefix))
  return {
    sizes,
    async head(path, lengthBytes) {
      const end = Math.min(lengthBytes, sizes.get(path) ?? 0) - 1
      if (end < 0) return Buffer.alloc(0)
      const { body } = await storage.get(`${prefix}/${path}`, { start: 0, end })
      return buffer(body)
    },
  }
}

export async function readFromFolder(root: string): Promise<HlsReader> {
  const sizes = new Map<string, number>()
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    sizes.set(path.slice(root.length + 1), (await stat(path)).size)
  }
  return {
    sizes,
    head: (path, lengthBytes) =>
      lengthBytes >= (sizes.get(path) ?? 0) ? readFile(join(root, path)) : readFileHead(join(root, path), lengthBytes),
  }
}

export async function readFileHead(path: string, lengthBytes: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer: bytes, bytesRead } = await file.read(Buffer.alloc(lengthBytes), 0, lengthBytes, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
