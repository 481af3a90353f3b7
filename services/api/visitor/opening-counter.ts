import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'

export interface Opening {
  videoId: string
  /** Address without its last part, so that what is kept for an hour names no household. */
  network: string
  userAgent: string
}

/** More openings of one video within an hour than this are no person's; a class that watches together stays below. */
export const mostOpeningsPerHour = 60

/**
 * Tells whether this viewer has opened the video more often within the last hour than people do. Who asks is known by
 * a hash that leaves this process never and dies with it, so it may also be kept of those who ask not to be counted.
 */
export function createOpeningCounter(): (opening: Opening, nowMs: number) => boolean {
  const salt = randomBytes(16)
  const openings = new LRUCache<string, number[]>({ max: mostViewers })
  return ({ videoId, network, userAgent }, nowMs) => {
    const text = `${videoId}|${network}|${userAgent.slice(0, 512)}`
    const viewer = createHmac('sha256', salt).update(text).digest('base64').slice(0, 16)
    const recent = (openings.get(viewer) ?? []).filter((atMs) => atMs > nowMs - hourMs)
    recent.push(nowMs)
    // One more than allowed is all that the next answer needs to know.
    openings.set(viewer, recent.slice(-mostOpeningsPerHour - 1))
    return recent.length > mostOpeningsPerHour
  }
}

const hourMs = 60 * 60 * 1000

// Nearly all have opened once or twice: about 4 MB; 12 MB where all of them were robots.
const mostViewers = 20_000
