import { AppError } from '#contract/errors.ts'
import { collectorCopyHours } from '#contract/retention.ts'
import { ownFolder } from '../../program/own-folder.ts'
import type { Pass } from '../kill-points.ts'
import { type Batch, createReader } from './reader.ts'
import type { Row } from './record.ts'
import { forgetInSegments, recoverSegments, removeRetired, type Segment } from './segments.ts'
import { createWriter } from './writer.ts'

export interface SpoolOptions {
  folder: string
  /** The version of the rows that are appended from now on. */
  rowVersion: number
  /** Rows that wait may take this much; beyond it the spool refuses more. */
  maxBytes: number
  segmentBytes?: number
  segmentAgeMs?: number
  /** How long a drained segment is kept. */
  keepDrainedMs?: number
  pass?: Pass
}

/** What was accepted and has not reached ClickHouse yet, on this machine's disk. */
export interface Spool {
  /** Resolves once the row is on disk. Throws `unavailable` where the spool is full or the disk refuses. */
  append(row: Row): Promise<void>
  next(maxBytes: number): Promise<Batch | null>
  advance(batch: Batch): Promise<void>
  /** Bytes that wait to be drained. */
  waitingBytes(): number
  /** Why the disk refused rows a moment ago, in a sentence; null otherwise. */
  lastRefusal(): string | null
  /** Removes what was drained and names any of these texts; resolves with how many segments that do still wait. */
  forget(texts: readonly string[]): Promise<number>
  /** Writes what is still in memory; reading goes on. */
  closeWriter(): Promise<void>
  /** Lets go of the folder. */
  close(): Promise<void>
}

/** Throws a StartError where another process uses the folder. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, maxBytes } = options
  const owned = await ownFolder(folder)
  const queue: Segment[] = await recoverSegments(folder)
  const reader = await createReader(folder, queue, makeRoom)
  const waitingBytes = () => queue.reduce((sum, segment) => sum + segment.durableBytes, 0) - reader.position
  const writer = createWriter({
    folder,
    rowVersion: options.rowVersion,
    segmentBytes: options.segmentBytes ?? defaultSegmentBytes,
    segmentAgeMs: options.segmentAgeMs ?? defaultSegmentAgeMs,
    onSegment: (segment) => queue.push(segment),
    pass: options.pass ?? (() => {}),
  })

  // Drained segments may have what the waiting ones leave of the room: they are a second copy, not the only one.
  async function makeRoom(): Promise<void> {
    const bytes = Math.max(0, maxBytes - waitingBytes())
    await removeRetired(folder, { ms: options.keepDrainedMs ?? keepDrainedMs, bytes })
  }

  // A collector that nobody sends to any more keeps no old segments either, nor one that is never full.
  const tidying = setInterval(() => {
    if (writer.isStale()) writer.rotate()
    makeRoom().catch(() => {})
  }, tidyEveryMs)
  tidying.unref()

  return {
    append(row) {
      return waitingBytes() >= maxBytes ? Promise.reject(new AppError('unavailable')) : writer.append(row)
    },
    next: (bytes) => reader.next(bytes),
    advance: (batch) => reader.advance(batch),
    waitingBytes,
    lastRefusal: writer.lastRefusal,
    async forget(texts) {
      const waiting = await forgetInSegments(folder, texts)
      // What is still being written to would not be drained to its end before it is full or old.
      if (waiting > 0) writer.rotate()
      return waiting
    },
    closeWriter: () => writer.close(),
    async close() {
      clearInterval(tidying)
      await writer.close()
      await owned.release()
    },
  }
}

// Small enough to be read whole at a start, large enough that a busy minute makes only a few files.
const defaultSegmentBytes = 16 * 1024 * 1024
const defaultSegmentAgeMs = 10 * 60 * 1000
const tidyEveryMs = 10 * 60 * 1000
const keepDrainedMs = collectorCopyHours * 60 * 60 * 1000
