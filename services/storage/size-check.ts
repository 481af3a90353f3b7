import { pipeline, Readable, Transform, type TransformCallback } from 'node:stream'
import { AppError } from '#contract/errors.ts'

/** The body behind a size check. Its errors reach the returned stream, and destroying the returned stream destroys it. */
export function checkedBody(body: Readable | Uint8Array, expectedBytes?: number): SizeCheck {
  const source = body instanceof Readable ? body : Readable.from([body], { objectMode: false })
  const checked = new SizeCheck(expectedBytes)
  // The reader of the returned stream meets every error; nothing is left to do here.
  pipeline(source, checked, () => {})
  return checked
}

/** Counts the bytes that pass and fails where they end early or go on too long, so that a cut body never becomes an object. */
export class SizeCheck extends Transform {
  seenBytes = 0
  readonly #expectedBytes: number | undefined

  constructor(expectedBytes?: number) {
    super()
    this.#expectedBytes = expectedBytes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.seenBytes += chunk.length
    if (this.seenBytes > (this.#expectedBytes ?? Number.POSITIVE_INFINITY)) done(new AppError('upload_incomplete'))
    else done(null, chunk)
  }

  override _flush(done: TransformCallback): void {
    const isWhole = this.seenBytes === (this.#expectedBytes ?? this.seenBytes)
    done(isWhole ? null : new AppError('upload_incomplete'))
  }
}
