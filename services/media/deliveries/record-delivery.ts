import type { MediaToken } from '#contract/play-token.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import type { DeliveryJournal } from './delivery-journal.ts'
import { everyPart, partsOfSpan, type Span } from './parts-of-span.ts'
import type { FindSpan } from './span-finder.ts'

export interface OutgoingSegment {
  token: MediaToken
  key: string
  /** How many bytes of it go out, and how many it has. */
  bytes: number
  sizeBytes: number
}

export type RecordDelivery = (segment: OutgoingSegment) => void | Promise<void>

/** Notes which parts of its video a segment brings to its play. Call it before the first byte goes out. */
export function createRecorder(journal: Pick<DeliveryJournal, 'add'>, findSpan: FindSpan): RecordDelivery {
  return ({ token, key, bytes, sizeBytes }) => {
    const play = playOf(token)
    if (!play || isProbe(bytes, sizeBytes)) return
    const { durationMs = 0 } = token
    // A video that still grows has no parts yet; its player counts them once the length is known.
    if (durationMs === 0) return journal.add({ ...play, parts: everyPart })
    const note = (span: Span | null) =>
      journal.add({ ...play, parts: span ? partsOfSpan(span, durationMs) : everyPart })
    const span = findSpan(key)
    return span instanceof Promise ? span.then(note) : note(span)
  }
}

/** Null where the token belongs to nobody in particular. The prefix names the video. */
function playOf({ playId, prefix, expiresAtMs }: MediaToken) {
  const videoId = /^videos\/([a-z0-9]{12})\//.exec(prefix)?.[1]
  if (!playId || !videoId) return null
  return { videoId, playId, openedAtMs: expiresAtMs - playTokenLifetimeMs }
}

/** Some players ask for a few bytes first to see whether ranges are understood; nobody watches those. */
function isProbe(bytes: number, sizeBytes: number): boolean {
  return bytes < sizeBytes / 2 && bytes < 256 * 1024
}
