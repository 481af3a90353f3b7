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
 * What a browser calls itself is free to choose, so one machine could be as many viewers as it has names. A school or an
 * office behind one address has a few sorts of browser and may show one video to ten classes of thirty in the same hour;
 * a forger gets no more than they do. Where a mobile operator puts a whole town behind one network, what a much seen
 * video has beyond this is set aside and can still be looked at: too few is the safer error.
 */
export const mostOpeningsPerNetworkAndVideo = 300

/** Of all videos together: ten such schools in one network. With it, forging many videos pays no more than forging ten. */
export const mostOpeningsPerNetwork = 3_000

/**
 * Tells whether this viewer has opened the video more often within the last hour than people do, or this network has
 * opened it, or all videos, more often. Who asks is known by a hash that leaves this process never and dies with it, so
 * it may also be kept of those who ask not to be counted.
 */
export function createOpeningCounter(): (opening: Opening, nowMs: number) => boolean {
  const salt = randomBytes(16)
  const hash = (text: string) => createHmac('sha256', salt).update(text).digest('base64').slice(0, 16)
  const viewers = limitOfViewers()
  const networksAndVideos = limitOfNetworks(mostOpeningsPerNetworkAndVideo)
  const networks = limitOfNetworks(mostOpeningsPerNetwork)
  return ({ videoId, network, userAgent }, nowMs) =>
    // One after the other: what one person has too many uses up nothing of what his neighbours may open.
    viewers(hash(`${videoId}|${network}|${userAgent.slice(0, 512)}`), nowMs) ||
    networksAndVideos(hash(`${videoId}|${network}`), nowMs) ||
    networks(hash(network), nowMs)
}

type Limit = (key: string, nowMs: number) => boolean

/** Who goes on without a pause stays over it. */
function limitOfViewers(): Limit {
  const openings = new LRUCache<string, number[]>({ max: mostKeys })
  return (viewer, nowMs) => {
    const recent = (openings.get(viewer) ?? []).filter((atMs) => atMs > nowMs - hourMs)
    recent.push(nowMs)
    // One more than allowed is all that the next answer needs to know.
    openings.set(viewer, recent.slice(-mostOpeningsPerHour - 1))
    return recent.length > mostOpeningsPerHour
  }
}

/** Only counts, since times of thousands would need room; a new hour begins with the first opening after the last. */
function limitOfNetworks(most: number): Limit {
  const hours = new LRUCache<string, { sinceMs: number; openings: number }>({ max: mostKeys })
  return (key, nowMs) => {
    const known = hours.get(key)
    const hour = known && nowMs - known.sinceMs < hourMs ? known : { sinceMs: nowMs, openings: 0 }
    hour.openings++
    hours.set(key, hour)
    return hour.openings > most
  }
}

const hourMs = 60 * 60 * 1000

// Nearly all have opened once or twice: about 4 MB each; 12 MB of viewers where all of them were robots.
const mostKeys = 20_000
