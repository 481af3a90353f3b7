import type { Logger } from '../../program/logger.ts'

// Streams ask more than once a second, many at a time; faults that follow each other this closely are one outage.
const quietMs = 60_000

/** Tells that streams have no numbers: one line when it begins, however many ask and however long it lasts. */
export function createLiveOutage(logger: Pick<Logger, 'warn'>): (error: unknown, nowMs?: number) => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return (error, nowMs = Date.now()) => {
    if (nowMs - lastMs > quietMs) logger.warn({ err: error }, 'live streams have no new numbers')
    lastMs = nowMs
  }
}
