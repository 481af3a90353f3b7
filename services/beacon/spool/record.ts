import { setImmediate as letOthersWork } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { Rows } from './rows.ts'

/**
 * How rows lie in a segment: `mark (4) | payload length (4) | CRC-32 of what follows (4) | received, ms (8) | payload`,
 * little-endian. The mark holds bytes that UTF-8 never has, so that a reader finds its way again after damage.
 */
export interface Row {
  text: string
  receivedAtMs: number
}

export function encodeRecords(rows: readonly Row[]): Buffer {
  let size = 0
  for (const row of rows) size += headerBytes + Buffer.byteLength(row.text)
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const row of rows) at = writeRecord(bytes, at, row)
  return bytes
}

/** What was found in a stretch of bytes. `usedBytes` ends before a record that is not whole yet. */
export interface FoundRecords {
  rows: Rows
  /** Null where nothing was found. */
  firstReceivedAtMs: number | null
  usedBytes: number
  /** Stretches that were passed over because their bytes had changed. */
  damaged: number
}

/** Finds the rows and moves them together at the beginning of these same bytes. */
export function decodeRecords(bytes: Buffer): FoundRecords {
  const found = nothingFound(new Rows(bytes))
  decodeSome(bytes, found, Number.POSITIVE_INFINITY)
  return found
}

/**
 * The same into rows that are there already, letting others work in between: a large batch takes long enough to keep all
 * that arrives meanwhile waiting.
 */
export async function decodeInTurns(bytes: Buffer, rows: Rows): Promise<FoundRecords> {
  rows.restart(bytes)
  const found = nothingFound(rows)
  while (decodeSome(bytes, found, recordsPerTurn)) await letOthersWork()
  return found
}

// About half a millisecond's work.
const recordsPerTurn = 400

function nothingFound(rows: Rows): FoundRecords {
  return { rows, firstReceivedAtMs: null, usedBytes: 0, damaged: 0 }
}

/** Whether there may be more after that many records. */
function decodeSome(bytes: Buffer, found: FoundRecords, records: number): boolean {
  for (let left = records; left > 0; left--) {
    const record = findRecord(bytes, found.usedBytes)
    if (!record) return false
    if (record.start > found.usedBytes) found.damaged++
    found.firstReceivedAtMs ??= bytes.readDoubleLE(record.start + 12)
    found.rows.take(record.start + headerBytes, record.end)
    found.usedBytes = record.end
  }
  return true
}

/** Larger than any row can become: a token of 2 kB names every text in it. */
export const maxRecordBytes = 16 * 1024

const headerBytes = 20
const mark = Buffer.from([0xff, 0x51, 0xfe, 0x51])
const markNumber = mark.readUInt32LE()

function writeRecord(bytes: Buffer, at: number, row: Row): number {
  const length = bytes.write(row.text, at + headerBytes)
  const end = at + headerBytes + length
  bytes.writeUInt32LE(markNumber, at)
  bytes.writeUInt32LE(length, at + 4)
  bytes.writeDoubleLE(row.receivedAtMs, at + 12)
  bytes.writeUInt32LE(crc32(bytes.subarray(at + 12, end)), at + 8)
  return end
}

/** The next whole and sound record, or null. */
function findRecord(bytes: Buffer, from: number): { start: number; end: number } | null {
  for (let start = from; start !== -1; start = bytes.indexOf(mark, start + 1)) {
    const end = recordEnd(bytes, start)
    if (end !== -1) return { start, end }
  }
  return null
}

/** Where the record that begins here ends, or -1 where no whole and sound record begins here. */
function recordEnd(bytes: Buffer, at: number): number {
  if (at + headerBytes > bytes.length || bytes.readUInt32LE(at) !== markNumber) return -1
  const end = at + headerBytes + bytes.readUInt32LE(at + 4)
  if (end > bytes.length || end - at > maxRecordBytes) return -1
  return crc32(bytes.subarray(at + 12, end)) === bytes.readUInt32LE(at + 8) ? end : -1
}
