import { Mp4Error } from './mp4-error.ts'

/** Reads big-endian numbers one after the other; what lies beyond the end is an Mp4Error, never a guess. */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#bytes.readUInt8(this.#take(1))
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#take(4))
  }

  i32(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  /** Times and offsets have 64 bits in the format; more than 2^53 of anything is a lie. */
  u64(): number {
    return exact(this.#bytes.readBigUInt64BE(this.#take(8)))
  }

  i64(): number {
    return exact(this.#bytes.readBigInt64BE(this.#take(8)))
  }

  bytes(length: number): Buffer {
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  skip(length: number): void {
    this.#take(length)
  }

  #take(length: number): number {
    if (length > this.left) throw new Mp4Error(`${length} bytes are wanted where ${this.left} are left`)
    const at = this.#at
    this.#at += length
    return at
  }
}

function exact(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Mp4Error('a time or an offset is beyond all measure')
  return number
}
