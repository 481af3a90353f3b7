import type { FileHandle } from 'node:fs/promises'
import { Writable } from 'node:stream'

// A socket gives pieces of 64 KB. What comes while the disk is written is written together, up to so much.
const blockBytes = 1024 * 1024

/** Writes into an open file, as many pieces at once as there are. The file is neither synced nor closed. */
export function blockStream(file: FileHandle, startByte = 0): Writable {
  let position = startByte

  /** A disk that is nearly full takes a part and refuses the rest. */
  async function writeAll(pieces: readonly Uint8Array[]): Promise<void> {
    let left = pieces
    while (left.length > 0) {
      const { bytesWritten } = await file.writev(left, position)
      position += bytesWritten
      left = behind(left, bytesWritten)
    }
  }

  return new Writable({
    highWaterMark: blockBytes,
    write: (piece, _encoding, done) => void writeAll([piece]).then(() => done(), done),
    writev: (pieces, done) => void writeAll(pieces.map(({ chunk }) => chunk)).then(() => done(), done),
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
