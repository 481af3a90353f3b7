import type { ErrorCode } from '#contract/errors.ts'

/** `GET /beacon/health`; 200 while beacons are kept, 503 while they are refused. */
export interface BeaconHealth {
  ready: boolean
  /** Why it is not ready, in a sentence. */
  reason: string | null
  spool: { waitingBytes: number; maxBytes: number }
  /** When the oldest beacon that waits longer than usual was received; null while nothing is late. */
  delayedSinceMs: number | null
  /** Code of what ClickHouse or the network answered last, null once a batch got through again. */
  lastDrainError: string | null
  /** Since the start: stretches of the spool that were damaged on disk, and rows that ClickHouse can't read. */
  damaged: number
  rejected: number
  /** Since the start: how many requests were refused, by the code that they were answered. */
  refused: Partial<Record<ErrorCode, number>>
}
