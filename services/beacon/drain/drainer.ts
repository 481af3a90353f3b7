import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../../program/logger.ts'
import type { Pass } from '../kill-points.ts'
import type { Batch } from '../spool/reader.ts'
import type { Spool } from '../spool/spool.ts'
import type { InsertRows } from './insert-rows.ts'

export interface DrainerOptions {
  spool: Pick<Spool, 'next' | 'advance' | 'waitingBytes'>
  insert: InsertRows
  logger: Logger
  pass?: Pass
  /** Pause between batches while nothing piles up. */
  intervalMs?: number
}

export interface DrainStatus {
  /** When the oldest row was received that waits longer than usual; null while nothing is late. */
  delayedSinceMs: number | null
  lastError: string | null
  damaged: number
  rejected: number
}

export interface Drainer {
  status(): DrainStatus
  /** Drains what is there while ClickHouse answers, at most until the deadline; the rest stays on disk. */
  stop(withinMs: number): Promise<void>
}

/** Carries rows from the spool to ClickHouse, one batch after the other, for as long as it takes. */
export function startDrainer({ spool, insert, logger, pass, intervalMs = 250 }: DrainerOptions): Drainer {
  const totals = { damaged: 0, rejected: 0, failures: 0 }
  let lastError: string | null = null
  /** Read and not yet accepted by ClickHouse: tried again as it is, so that its token stays the same. */
  let held: Batch | null = null
  const stopping = new AbortController()
  const deadline = new AbortController()
  const finished = drainUntilStopped()

  async function drainUntilStopped(): Promise<void> {
    while (!stopping.signal.aborted) {
      const isBehind = await tryBatch()
      if (!isBehind) await pause(pauseMs(), null, { signal: stopping.signal }).catch(() => {})
    }
    while (!deadline.signal.aborted && spool.waitingBytes() > 0 && lastError === null) await tryBatch()
  }

  function pauseMs(): number {
    return lastError === null ? intervalMs : backoffMs(totals.failures)
  }

  /** Whether more than one batch waits. */
  async function tryBatch(): Promise<boolean> {
    try {
      held ??= await spool.next(batchBytes)
      if (!held) return false
      await drain(held)
      recover()
      return spool.waitingBytes() > batchBytes
    } catch (error) {
      fail(error)
      return false
    }
  }

  async function drain(batch: Batch): Promise<void> {
    const rejected = await insert(batch, deadline.signal)
    pass?.('flush')
    held = null
    await spool.advance(batch)
    totals.damaged += batch.damaged
    totals.rejected += rejected
    if (batch.damaged > 0) logger.error({ segment: batch.segment.name }, 'part of the spool was damaged on disk')
  }

  function recover(): void {
    if (lastError !== null) logger.info('beacons reach ClickHouse again')
    lastError = null
    totals.failures = 0
  }

  function fail(error: unknown): void {
    // One line when it begins: an outage of hours must not fill the log.
    if (lastError === null) logger.warn({ err: error }, 'beacons wait for ClickHouse')
    lastError = codeOf(error)
    totals.failures++
  }

  return {
    status: () => ({
      delayedSinceMs: lateSince(held),
      lastError,
      damaged: totals.damaged,
      rejected: totals.rejected,
    }),
    async stop(withinMs) {
      stopping.abort()
      const timer = setTimeout(() => deadline.abort(), withinMs)
      await finished
      clearTimeout(timer)
    },
  }
}

// About 10,000 rows: ClickHouse likes large batches, and two of them fit into memory many times over.
const batchBytes = 4 * 1024 * 1024

// A batch usually gets through within half a second; what waits longer than this is worth telling.
const lateMs = 5_000

function lateSince(batch: Batch | null): number | null {
  const receivedAtMs = batch?.firstReceivedAtMs ?? null
  return receivedAtMs !== null && Date.now() - receivedAtMs > lateMs ? receivedAtMs : null
}

/** Quick at first, so that a restart of ClickHouse is hardly seen; never longer than 5 s. */
function backoffMs(failures: number): number {
  return Math.min(5_000, 100 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2)
}

/** ClickHouse's type or the system's code; messages may quote rows and stay in the log. */
function codeOf(error: unknown): string {
  const { type, code, name } = error as { type?: string; code?: string; name?: string }
  return type ?? code ?? name ?? 'unknown'
}
