import type { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import { AppError } from '#contract/errors.ts'
import type { ObjectInfo, Storage } from '#storage/storage.ts'
import { type PlaylistKind, playlistKind } from './cache-control.ts'
import { readWhole } from './read-whole.ts'

export interface Found {
  info: ObjectInfo
  kind: PlaylistKind
  /** Null where the object must be streamed: it is too large to hold, or too many are being read just now. */
  bytes: Buffer | null
  /** How many answers are made of these bytes at this moment. */
  readers: number
}

/**
 * Objects that many people ask for, read from storage once however many ask at the same time. Memory is bounded three times:
 * what is kept for later, and what slow readers still hold of it after it was dropped, each by `maxBytes`; and what is on its way.
 */
export class ObjectCache {
  readonly #storage: Storage
  readonly #maxBytes: number
  readonly #kept: LRUCache<string, Found>
  readonly #flights = new Map<string, Promise<Found>>()
  #heldBytes = 0
  #flyingBytes = 0

  constructor(storage: Storage, maxBytes: number) {
    this.#storage = storage
    this.#maxBytes = maxBytes
    this.#kept = new LRUCache({ maxSize: maxBytes, sizeCalculation, ttl: keepMs })
  }

  /** Throws `not_found`, or `unavailable` where the storage fails. A playlist that may still grow is read anew each time. */
  async find(key: string, isPlaylist: boolean): Promise<Found> {
    const known = this.#kept.get(key) ?? this.#flights.get(key)
    if (known) return known
    const flight = this.#load(key, isPlaylist).finally(() => this.#flights.delete(key))
    this.#flights.set(key, flight)
    return flight
  }

  /** Reserves the bytes for one answer until the returned function is called once; null where readers hold too much already. */
  hold(found: Found): (() => void) | null {
    const bytes = found.bytes?.length ?? Number.POSITIVE_INFINITY
    if (found.readers === 0 && this.#heldBytes + bytes > this.#maxBytes) return null
    if (found.readers++ === 0) this.#heldBytes += bytes
    return () => {
      if (--found.readers === 0) this.#heldBytes -= bytes
    }
  }

  forget(key: string): void {
    this.#kept.delete(key)
  }

  get sizes(): { keptBytes: number; heldBytes: number } {
    return { keptBytes: this.#kept.calculatedSize, heldBytes: this.#heldBytes }
  }

  async #load(key: string, isPlaylist: boolean): Promise<Found> {
    const { info, body } = await fromStorage(this.#storage.get(key))
    const isTooLarge = info.sizeBytes > Math.min(maxObjectBytes, this.#maxBytes)
    const bytes = isTooLarge ? leave(body) : await this.#read(info, body)
    const kind = !isPlaylist ? null : bytes ? playlistKind(bytes.toString()) : 'growing'
    const found = { info, kind, bytes, readers: 0 }
    if ((bytes || isTooLarge) && (kind === null || kind === 'finished')) this.#kept.set(key, found)
    return found
  }

  /** Null where too much is on its way already. */
  async #read({ sizeBytes }: ObjectInfo, body: Readable): Promise<Buffer | null> {
    if (this.#flyingBytes + sizeBytes > maxFlyingBytes) return leave(body)
    this.#flyingBytes += sizeBytes
    try {
      return await fromStorage(readWhole(body, sizeBytes))
    } finally {
      this.#flyingBytes -= sizeBytes
    }
  }
}

// A copied original has segments as heavy as it was: 30 s at 8 Mbit/s. What is larger are files to keep, read once by each.
const maxObjectBytes = 32 * 1024 * 1024
const maxFlyingBytes = 2 * maxObjectBytes
// A deleted video is gone from memory after this long, too.
const keepMs = 30_000

function leave(body: Readable): null {
  body.destroy()
  return null
}

function sizeCalculation(found: Found): number {
  return (found.bytes?.length ?? 0) + 1_024
}

/** Storage faults are not the caller's business: they are answered as `unavailable` and told to the log. */
export async function fromStorage<Value>(answer: Promise<Value>): Promise<Value> {
  try {
    return await answer
  } catch (cause) {
    if (cause instanceof AppError && (cause.code === 'not_found' || cause.code === 'bad_request')) {
      throw new AppError('not_found')
    }
    throw new AppError('unavailable', undefined, { cause })
  }
}
