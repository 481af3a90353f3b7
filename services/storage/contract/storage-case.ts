import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { ObjectInfo, Storage } from '../storage.ts'

/** One promise of a storage, tried on the real thing: by the tests on ours, by `npm run doctor` on the owner's. */
export interface StorageCase {
  /** What must hold, as a sentence. */
  title: string
  /** What people would meet where it does not hold. */
  otherwise: string
  /** Throws where it does not hold. Touches nothing but what is under the trial's prefix. */
  run(trial: StorageTrial): Promise<void>
}

export interface StorageTrial {
  storage: Storage
  /** The STORAGE_URL, for cases that speak to it in another way. */
  url: string
  /** A key under the scratch prefix. */
  at(name: string): string
  /** A path in an empty folder on this machine. */
  local(name: string): string
}

export async function bytesOf({ storage }: StorageTrial, key: string): Promise<Buffer> {
  return buffer((await storage.get(key)).body as Readable)
}

/** In the order of their keys. */
export async function listed({ storage }: StorageTrial, prefix: string): Promise<ObjectInfo[]> {
  const found: ObjectInfo[] = []
  for await (const info of storage.list(prefix)) found.push(info)
  return found.sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Bytes that differ from place to place, so that a swapped or doubled part is seen. */
export function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let index = 0; index < length; index += 4) bytes.writeUInt8((index * 2_654_435_761) >>> 24, index)
  return bytes
}
