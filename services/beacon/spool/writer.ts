import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause, setImmediate as readWhatArrived } from 'node:timers/promises'
import { AppError } from '#contract/errors.ts'
import { syncFolder, writeAllSync } from '../../program/durable-file.ts'
import type { Pass } from '../kill-points.ts'
import { encodeRecords, type Row } from './record.ts'
import { newSegment, removeRetired, type Segment } from './segments.ts'

export interface WriterOptions {
  folder: string
  rowVersion: number
  /** A segment is closed when it is this large or this old. */
  segmentBytes: number
  segmentAgeMs: number
  /** Called with each new file, in the order in which they must be read. */
  onSegment(segment: Segment): void
  /** Told when rows are in the file, and when they are on disk. */
  pass: Pass
}

export interface SpoolWriter {
  /** Resolves once the row is on disk; rejects with `unavailable` where the disk refuses it. */
  append(row: Row): Promise<void>
  /** Why the disk refused rows a moment ago, in a sentence; null otherwise, so that somebody tries again. */
  lastRefusal(): string | null
  /** Closes the file once what waits is in it; the next row goes to a new one. */
  rotate(): void
  /** Whether the file is old enough to be closed, though no row came that would have closed it. */
  isStale(): boolean
  /** Writes what still waits, then closes the file. */
  close(): Promise<void>
}

/**
 * Group commit: every row that waits goes to disk in one write and one fdatasync, so that a sync, which takes a
 * millisecond, is shared by all requests of that millisecond.
 */
export function createWriter(options: WriterOptions): SpoolWriter {
  let waiting = newGroup()
  let current: OpenSegment | null = null
  let writing: Promise<void> | null = null
  let isRotating = false
  let lastGroupRows = 0
  let refusal: { sentence: string; atMs: number } | null = null

  function append(row: Row): Promise<void> {
    if (waiting.rows.length >= maxWaitingRows) return Promise.reject(new AppError('unavailable'))
    waiting.rows.push(row)
    writing ??= writeGroups()
    return waiting.promise
  }

  async function writeGroups(): Promise<void> {
    while (waiting.rows.length > 0 || isRotating) {
      if (isRotating) {
        isRotating = false
        await seal().catch(() => {})
        continue
      }
      // Who comes alone waits for nobody; in a crowd a moment's wait spares many a write and sync.
      await (lastGroupRows < crowdRows ? readWhatArrived() : pause(gatherMs))
      const group = waiting
      waiting = newGroup()
      lastGroupRows = group.rows.length
      await commit(group)
    }
    // In the same step as the look at `waiting`: a row that came in between would wait for ever.
    writing = null
  }

  async function commit(group: Group): Promise<void> {
    try {
      if (current && isFull(current, options)) await seal()
      current ??= await openSegment(options)
      const bytes = encodeRecords(group.rows)
      makeRoom(current, bytes.length)
      writeAllSync(current.file, bytes, current.segment.durableBytes)
      options.pass('append')
      await current.file.datasync()
      options.pass('sync')
      current.segment.durableBytes += bytes.length
      refusal = null
      group.resolve()
    } catch (cause) {
      // What a failed write or sync left in the file is unknown: nothing is ever written after it.
      await seal().catch(() => {})
      await removeRetired(options.folder, { ms: 0, bytes: 0 }).catch(() => {})
      refusal = { sentence: `The disk refuses beacons (${codeOf(cause)}).`, atMs: Date.now() }
      group.reject(new AppError('unavailable', undefined, { cause }))
    }
  }

  async function seal(): Promise<void> {
    const closing = current
    current = null
    if (!closing) return
    closing.segment.isSealed = true
    await closing.file.truncate(closing.segment.durableBytes).catch(() => {})
    await closing.file.close()
  }

  return {
    append,
    rotate() {
      isRotating = true
      writing ??= writeGroups()
    },
    isStale: () => current !== null && isFull(current, options),
    lastRefusal: () => (refusal && Date.now() - refusal.atMs < refusalMs ? refusal.sentence : null),
    async close() {
      await writing
      await seal()
    },
  }
}

// A write and a sync cost about as much processor time as three beacons.
const crowdRows = 3
const gatherMs = 2

const refusalMs = 10_000

// About 20 MB; a disk that stalls longer than that takes to fill is as good as a disk that refuses.
const maxWaitingRows = 50_000

interface Group {
  rows: Row[]
  promise: Promise<void>
  resolve(): void
  reject(error: Error): void
}

interface OpenSegment {
  segment: Segment
  file: FileHandle
  /** How far the file was filled with zeros ahead of the rows. */
  filledBytes: number
  openedAtMs: number
}

function newGroup(): Group {
  return { rows: [], ...Promise.withResolvers<void>() }
}

function isFull(current: OpenSegment, options: WriterOptions): boolean {
  return current.segment.durableBytes >= options.segmentBytes || Date.now() - current.openedAtMs >= options.segmentAgeMs
}

/**
 * Fills the file with zeros ahead of the rows. A sync of bytes that the file already has is two to three times as fast
 * as one that also has to record that the file grew. A reader sees zeros as the end; closing the file cuts them off.
 */
function makeRoom(current: OpenSegment, sizeBytes: number): void {
  const neededBytes = current.segment.durableBytes + sizeBytes
  while (current.filledBytes < neededBytes) {
    writeAllSync(current.file, zeros, current.filledBytes)
    current.filledBytes += zeros.length
  }
}

// Room for some four thousand beacons.
const zeros = Buffer.alloc(1024 * 1024)

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown'
}

async function openSegment(options: WriterOptions): Promise<OpenSegment> {
  const segment = newSegment(options.rowVersion)
  const file = await open(join(options.folder, segment.name), 'wx')
  await syncFolder(options.folder)
  options.onSegment(segment)
  return { segment, file, filledBytes: 0, openedAtMs: Date.now() }
}
