import type { FileHandle } from 'node:fs/promises'
import { Writable } from 'node:stream'

// A socket gives pieces of 64 KB. What comes while the disk is written is written together, up to so much.
const blockBytes = 1024 * 1024
// What is handed to the disk along the way isn't waited for at the end.
const syncBytes = 8 * 1024 * 1024

/**
 * Writes into an open file, as many pieces at once as there are. Most of it is on disk when it finishes, so that the sync
 * that makes it sure is short: that one, and closing the file, is the caller's.
 */
export function blockStream(file: FileHandle, startByte = 0): Writable {
  let position = startByte
  let unsyncedBytes = 0
  let syncing: Promise<void> | undefined
  // The kernel tells of it once, so that a later sync would say that all is well.
  let syncFault: Error | undefined

  /** A disk that is nearly full takes a part and refuses the rest. */
  async function writeAll(pieces: readonly Uint8Array[]): Promise<void> {
    let left = pieces
    while (left.length > 0) {
      const { bytesWritten } = await file.writev(left, position)
      position += bytesWritten
      unsyncedBytes += bytesWritten
      left = behind(left, bytesWritten)
    }
    if (unsyncedBytes >= syncBytes) syncing ??= syncMost()
  }

  async function syncMost(): Promise<void> {
    unsyncedBytes = 0
    await file.datasync().catch((error) => {
      syncFault ??= error
    })
    syncing = undefined
  }

  async function settle(): Promise<void> {
    await syncing
    if (syncFault) throw syncFault
  }

  return new Writable({
    highWaterMark: blockBytes,
    write: (piece, _encoding, done) => void writeAll([piece]).then(() => done(), done),
    writev: (pieces, done) => void writeAll(pieces.map(({ chunk }) => chunk)).then(() => done(), done),
    final: (done) => void settle().then(() => done(), done),
  })
}

function behind(pieces: readonly Uint8Array[], writtenBytes: number): Uint8Array[] {
  let passedBytes = 0
  return pieces.flatMap((piece) => {
    const cut = Math.max(0, writtenBytes - passedBytes)
    passedBytes += piece.length
    return cut >= piece.length ? [] : [piece.subarray(cut)]
  })
}
