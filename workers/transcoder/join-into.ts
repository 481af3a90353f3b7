import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { patiently } from './patiently.ts'

/**
 * Writes bodies behind one another into a local file: fragments of MP4 need no more than that to be one. Resolves with the
 * size of each in bytes. One that breaks off because its storage is away for a while is read again.
 */
export async function joinInto(
  path: string,
  bodies: (() => Promise<Readable>)[],
  signal: AbortSignal,
): Promise<number[]> {
  const sizes: number[] = []
  let start = 0
  for (const body of bodies) {
    const size = await patiently(signal, async () => writeFrom(path, start, await body(), signal))
    sizes.push(size)
    start += size
  }
  return sizes
}

async function writeFrom(path: string, start: number, body: Readable, signal: AbortSignal): Promise<number> {
  const file = createWriteStream(path, { flags: start === 0 ? 'w' : 'r+', start })
  await pipeline(body, file, { signal })
  return file.bytesWritten
}
