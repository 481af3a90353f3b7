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
 * Small objects that many people ask for, read from storage once however many ask at the same time. Memory is bounded
 * twice: what is kept for later, and what slow readers still hold of it after it was dropped, each by `maxBytes`.
 */
export class ObjectCache {
  readonly #storage: Storage
  readonly #maxBytes: number
  readonly #kept: LRUCache<string, Found>
  readonly #flights = new Map<string, Promise<Found>>()
  #heldBytes = 0

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
    const isBusy = this.#flights.size >= maxFlights
    const { info, body } = await fromStorage(this.#storage.get(key))
    const bytes = await this.#read(info, body, isBusy)
    const kind = !isPlaylist ? null : bytes ? playlistKind(bytes.toString()) : 'growing'
    const found = { info, kind, bytes, readers: 0 }
    if (!isBusy && (kind === null || kind === 'finished')) this.#kept.set(key, found)
    return found
  }

  async #read(info: ObjectInfo, body: Readable, isBusy: boolean): Promise<Buffer | null> {
    if (!isBusy && info.sizeBytes <= Math.min(maxObjectBytes, this.#maxBytes))
      return fromStorage(readWhole(body, info.sizeBytes))
    body.destroy()
    return null
  }
}

// Six seconds of 1080p; larger objects gain little from memory.
const maxObjectBytes = 4 * 1024 * 1024
// With the largest object: at most 64 MiB on their way into memory.
const maxFlights = 16
// A deleted video is gone from memory after this long, too.
const keepMs = 30_000

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
