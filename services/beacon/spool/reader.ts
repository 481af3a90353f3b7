import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../program/durable-file.ts'
import { decodeInTurns, maxRecordBytes } from './record.ts'
import { Rows } from './rows.ts'
import { isMissing, retireSegment, type Segment } from './segments.ts'

/**
 * Rows that lie together in one segment. The same range of the same segment always holds the same rows. They are gone
 * once the next batch is asked for, which is read into the same memory.
 */
export interface Batch {
  segment: Segment
  from: number
  to: number
  rows: Rows
  /** When the oldest row was received; null where only damage was found. */
  firstReceivedAtMs: number | null
  /** Stretches of damaged bytes that were passed over. */
  damaged: number
}

export interface SpoolReader {
  /** The next rows after the last batch that was advanced over, or null where none wait. */
  next(maxBytes: number): Promise<Batch | null>
  /** Remembers durably that the batch need not be read again, and retires segments that were read to their end. */
  advance(batch: Batch): Promise<void>
  /** How much of the first segment was read. */
  readonly position: number
}

/** Reads the segments of the queue in order and retires each once it was read to its end, then calls `onRetired`. */
export async function createReader(
  folder: string,
  queue: Segment[],
  onRetired: () => Promise<void>,
): Promise<SpoolReader> {
  let position = await readCursor(folder, queue[0])
  // Kept from batch to batch: megabytes of garbage several times a second would make the collector stop for them.
  let room: Buffer = Buffer.alloc(0)
  const rows = new Rows(room)

  async function finishSegments(): Promise<void> {
    while (queue[0]?.isSealed && position >= queue[0].durableBytes) {
      await retireSegment(folder, queue[0])
      queue.shift()
      position = 0
      await onRetired()
    }
  }

  return {
    get position() {
      return position
    },
    async next(maxBytes) {
      await finishSegments()
      const segment = queue[0]
      if (!segment || position >= segment.durableBytes) return null
      const size = Math.min(segment.durableBytes - position, Math.max(maxBytes, 2 * maxRecordBytes))
      if (room.length < size) room = Buffer.allocUnsafeSlow(size)
      const isLast = position + size >= segment.durableBytes
      return readBatch(folder, { segment, from: position, isLast }, room.subarray(0, size), rows)
    },
    async advance(batch) {
      position = batch.to
      await writeDurably(cursorPath(folder), JSON.stringify({ segment: batch.segment.name, position }))
      await finishSegments()
    },
  }
}

interface Stretch {
  segment: Segment
  from: number
  /** Whether there was nothing behind it when it was chosen; more may be appended while it is read. */
  isLast: boolean
}

/** Reads as many bytes as there is room for, and finds the rows in them. */
async function readBatch(
  folder: string,
  { segment, from, isLast }: Stretch,
  bytes: Buffer,
  rows: Rows,
): Promise<Batch> {
  const size = bytes.length
  await readRange(join(folder, segment.name), from, bytes)
  const found = await decodeInTurns(bytes, rows)
  const restIsDamaged = isLast ? found.usedBytes < size : found.usedBytes === 0
  // Without any record in a stretch longer than two, all but the beginning of what may be a record is damage.
  const passed = restIsDamaged ? (isLast ? size : size - maxRecordBytes) : found.usedBytes
  return {
    segment,
    from,
    to: from + passed,
    rows: found.rows,
    firstReceivedAtMs: found.firstReceivedAtMs,
    damaged: found.damaged + (restIsDamaged ? 1 : 0),
  }
}

/** What is missing, be it the end of the file or all of it, reads as zeros, which is damage: it must not stop the rest. */
async function readRange(path: string, from: number, bytes: Buffer): Promise<void> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  try {
    const read = await file?.read(bytes, 0, bytes.length, from)
    bytes.fill(0, read?.bytesRead ?? 0)
  } finally {
    await file?.close()
  }
}

/** A cursor that is missing, damaged or of another segment means from the start: rows may be inserted twice. */
async function readCursor(folder: string, first: Segment | undefined): Promise<number> {
  const text = await readFile(cursorPath(folder), 'utf8').catch(() => '{}')
  try {
    const cursor = JSON.parse(text) as { segment?: string; position?: number }
    return cursor.segment === first?.name ? within(cursor.position ?? 0, first?.durableBytes ?? 0) : 0
  } catch {
    return 0
  }
}

function within(position: number, most: number): number {
  return Math.max(0, Math.min(position, most))
}

function cursorPath(folder: string): string {
  return join(folder, 'cursor.json')
}
