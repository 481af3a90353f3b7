import type { FileHandle } from 'node:fs/promises'

// Pieces of 64 KB come from a socket. What comes while the disk is written is written together, up to so much.
const blockBytes = 1024 * 1024

interface Told {
  /** No more pieces, please. */
  onFull(): void
  onRoom(): void
  /** Nothing more is written; `end` throws why. */
  onFault(): void
}

/** Writes pieces one behind the other, as many at once as there are, with at most a block of them in memory. */
export class BlockWriter {
  readonly #file: FileHandle
  readonly #told: Told
  #position: number
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #writing: Promise<void> | null = null
  #fault: unknown

  constructor(file: FileHandle, position: number, told: Told) {
    this.#file = file
    this.#position = position
    this.#told = told
  }

  write(piece: Buffer): void {
    this.#waiting.push(piece)
    this.#waitingBytes += piece.length
    if (this.#waitingBytes >= blockBytes) this.#told.onFull()
    this.#writing ??= this.#writeAll()
  }

  /** Resolves once all is written. */
  async end(): Promise<void> {
    await this.#writing
    if (this.#fault) throw this.#fault
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const block = this.#waiting
        this.#waiting = []
        this.#waitingBytes = 0
        this.#told.onRoom()
        await this.#writeBlock(block)
      }
      this.#writing = null
    } catch (error) {
      this.#fault = error
      this.#told.onFault()
    }
  }

  /** A disk that is nearly full takes a part of a block and refuses the rest. */
  async #writeBlock(block: Buffer[]): Promise<void> {
    let left = block
    while (left.length > 0) {
      const { bytesWritten } = await this.#file.writev(left, this.#position)
      this.#position += bytesWritten
      left = without(left, bytesWritten)
    }
  }
}

function without(block: readonly Buffer[], writtenBytes: number): Buffer[] {
  let passedBytes = 0
  return block.flatMap((piece) => {
    const cut = Math.max(0, writtenBytes - passedBytes)
    passedBytes += piece.length
    return cut >= piece.length ? [] : [piece.subarray(cut)]
  })
}
