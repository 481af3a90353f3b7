import type { FileHandle } from 'node:fs/promises'

export interface TopBox {
  name: string
  position: number
  /** As it says itself; the file may end before. */
  size: number
}

// Fragmented files have thousands of boxes, but their index comes first.
const maxBoxes = 1_000

/** The boxes that an MP4 consists of, by their headers, as far as they follow on each other; of other files nothing that means anything. */
export async function* topBoxes(file: FileHandle): AsyncGenerator<TopBox> {
  let position = 0
  for (let box = 0; box < maxBoxes; box++) {
    const header = await readAt(file, position, 16)
    if (header.length < 8) return
    const isLarge = header.readUInt32BE(0) === 1 && header.length === 16
    const size = isLarge ? Number(header.readBigUInt64BE(8)) : header.readUInt32BE(0)
    yield { name: header.toString('latin1', 4, 8), position, size }
    if (size < 8) return
    position += size
  }
}

export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
