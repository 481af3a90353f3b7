/**
 * Rows one after the other in one buffer, so that they are sent as they lie: an object and a copy for each of ten
 * thousand rows cost more than everything else that is done with them.
 */
export class Rows {
  readonly #bytes: Buffer
  readonly #ends: number[] = []

  /** The buffer belongs to the rows from now on: those that are taken move to its beginning. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get length(): number {
    return this.#ends.length
  }

  /** Adds what stands between two places of the buffer, neither of them before what was taken already. */
  take(start: number, end: number): void {
    const at = this.#startOf(this.length)
    this.#bytes.copyWithin(at, start, end)
    this.#ends.push(at + end - start)
  }

  /** The bytes of the rows from one up to another, without copying them. */
  slice(from = 0, to = this.length): Buffer {
    return this.#bytes.subarray(this.#startOf(from), this.#startOf(to))
  }

  *[Symbol.iterator](): Generator<Buffer> {
    for (let row = 0; row < this.length; row++) yield this.slice(row, row + 1)
  }

  #startOf(row: number): number {
    return this.#ends[row - 1] ?? 0
  }
}
