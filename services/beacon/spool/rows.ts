/**
 * Rows one after the other in one buffer, so that they are sent as they lie: an object and a copy for each of ten
 * thousand rows cost more than everything else that is done with them.
 */
export class Rows {
  /** How many there are. */
  length = 0
  #bytes: Buffer
  #ends = new Uint32Array(1024)

  /** The buffer belongs to the rows from now on: those that are taken move to its beginning. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Forgets all rows and begins with other bytes; what grew for the old ones is kept, and is no garbage. */
  restart(bytes: Buffer): void {
    this.#bytes = bytes
    this.length = 0
  }

  /** Adds what stands between two places of the buffer, neither of them before what was taken already. */
  take(start: number, end: number): void {
    if (this.length === this.#ends.length) this.#ends = twiceAsLong(this.#ends)
    const at = this.#startOf(this.length)
    this.#bytes.copyWithin(at, start, end)
    this.#ends[this.length++] = at + end - start
  }

  /** The bytes of the rows from one up to another, without copying them. */
  slice(from = 0, to = this.length): Buffer {
    return this.#bytes.subarray(this.#startOf(from), this.#startOf(to))
  }

  *[Symbol.iterator](): Generator<Buffer> {
    for (let row = 0; row < this.length; row++) yield this.slice(row, row + 1)
  }

  #startOf(row: number): number {
    return row === 0 ? 0 : this.#ends[row - 1]!
  }
}

function twiceAsLong(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * numbers.length)
  longer.set(numbers)
  return longer
}
