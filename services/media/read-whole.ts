import type { Readable } from 'node:stream'

/** Reads a body whose size is known into one piece of memory; rejects where it is shorter or longer. */
export async function readWhole(body: Readable, sizeBytes: number): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(sizeBytes)
  let filledBytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (filledBytes + chunk.length > sizeBytes) throw new Error('The object is longer than it said.')
    chunk.copy(whole, filledBytes)
    filledBytes += chunk.length
  }
  if (filledBytes < sizeBytes) throw new Error('The object is shorter than it said.')
  return whole
}
