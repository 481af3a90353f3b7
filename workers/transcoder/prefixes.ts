import { attemptPrefix } from '#catalog/attempt-prefix.ts'
import type { Attempt } from '#catalog/attempts.ts'

/** The parts that are published, and deleted, apart. */
export function attemptParts(attempt: Attempt & { firstTry?: number }) {
  const prefix = attemptPrefix(attempt)
  const { firstTry = 1 } = attempt
  // A first version that is begun anew must not take segments back from those who watch the one before.
  const first = firstTry > 1 ? `${prefix}/t${firstTry}` : prefix
  return {
    /** The two ways to a first version: pictures copied as they are, or encoded fast. */
    remux: `${first}/remux`,
    first: `${first}/first`,
    ladder: `${prefix}/ladder`,
    posterKey: `${prefix}/poster/poster.jpg`,
  }
}

/** That of those parts which a key of an attempt belongs to. */
export function pieceOf(key: string): string {
  return /^videos\/[a-z0-9]+\/a\d+\/(?:t\d+\/)?[^/]+/.exec(key)?.[0] ?? key
}

/** Where a first version has its only rendition, below its prefix. */
export const firstFolder = 'all'

/** What may be swept: a part of a video or what comes with it, AV1 beside what is published, all of a video, or the source of one. */
export type Sweepable =
  | { kind: 'part'; videoId: string }
  | { kind: 'smaller'; videoId: string; beside: string }
  | { kind: 'video'; videoId: string }
  | { kind: 'source'; key: string }
  | { kind: 'captions'; key: string }

/** What a prefix is; null where it is none of ours, or holds more than one video's bytes. */
export function sweepableOf(prefix: string): Sweepable | null {
  const smaller = /^(videos\/([a-z0-9]+)\/a\d+\/ladder)\/\d+p-av1$/.exec(prefix)
  if (smaller) return { kind: 'smaller', videoId: smaller[2]!, beside: smaller[1]! }
  const part = /^videos\/([a-z0-9]+)\/(?:a\d+|extras\/[a-z0-9-]+)(?:\/|$)/.exec(prefix)?.[1]
  if (part) return { kind: 'part', videoId: part }
  if (/^videos\/[a-z0-9]+\/captions\/[A-Za-z0-9-]+\.vtt$/.test(prefix)) return { kind: 'captions', key: prefix }
  const videoId = /^videos\/([a-z0-9]+)$/.exec(prefix)?.[1]
  if (videoId) return { kind: 'video', videoId }
  return /^sources\/[A-Za-z0-9_-]+$/.test(prefix) ? { kind: 'source', key: prefix } : null
}
