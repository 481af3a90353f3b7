import { LRUCache } from 'lru-cache'

export interface RequestRate {
  /** Counts one request; gives the seconds to wait where that is one too many, else 0. */
  take(id: string, nowMs: number): number
}

/** So many requests in each window of time that begins with a first request. */
export function createRequestRate({ most, windowMs }: { most: number; windowMs: number }): RequestRate {
  const windows = new LRUCache<string, { beganMs: number; requests: number }>({ max: 10_000 })
  return {
    take(id, nowMs) {
      const known = windows.get(id)
      const window = known && nowMs - known.beganMs < windowMs ? known : { beganMs: nowMs, requests: 0 }
      windows.set(id, window)
      if (window.requests >= most) return Math.ceil((window.beganMs + windowMs - nowMs) / 1000)
      window.requests++
      return 0
    },
  }
}
