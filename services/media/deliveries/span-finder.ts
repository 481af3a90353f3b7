import { LRUCache } from 'lru-cache'
import { AppError } from '#contract/errors.ts'
import type { Storage } from '#storage/storage.ts'
import type { ObjectCache } from '../object-cache.ts'
import { readWhole } from '../read-whole.ts'
import type { Span } from './parts-of-span.ts'
import { segmentSpans } from './segment-spans.ts'

/** Null where no playlist beside the segment lists it. At once where the playlist was read before. */
export type FindSpan = (segmentKey: string) => Span | null | Promise<Span | null>

/** Reads the playlist that lies beside a segment, which its player has just read too. */
export function createSpanFinder(storage: Storage, cache: ObjectCache): FindSpan {
  const known = new LRUCache<string, Map<string, Span>>({
    maxSize: mostSegments,
    sizeCalculation: (spans) => spans.size + 1,
  })

  async function read(folder: string): Promise<Map<string, Span>> {
    const key = `${folder}/playlist.m3u8`
    try {
      const { info, bytes } = await cache.find(key, true)
      const text = bytes ?? (await readAll(key, info.sizeBytes))
      return segmentSpans(text.toString())
    } catch (error) {
      if (error instanceof AppError) return new Map()
      throw error
    }
  }

  async function readAll(key: string, sizeBytes: number): Promise<Buffer> {
    if (sizeBytes > largestPlaylistBytes) return Buffer.alloc(0)
    return readWhole((await storage.get(key)).body, sizeBytes)
  }

  return (segmentKey) => {
    const slash = segmentKey.lastIndexOf('/')
    const folder = segmentKey.slice(0, slash)
    const name = segmentKey.slice(slash + 1)
    const span = known.get(folder)?.get(name)
    if (span) return span
    // Also where the playlist has grown since.
    return read(folder).then((spans) => {
      known.set(folder, spans)
      return spans.get(name) ?? null
    })
  }
}

// Some 15 MB: the segments of two thousand renditions of five minutes.
const mostSegments = 100_000

const largestPlaylistBytes = 16 * 1024 * 1024
