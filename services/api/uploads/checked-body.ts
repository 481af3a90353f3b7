import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AppError } from '#contract/errors.ts'
import type { Checksum } from './checksum.ts'
import { type PartFile, partFiles, readPart } from './part-files.ts'

/** So much waits on disk for each sender at most. */
const mostCheckedBytes = 64 * 1024 * 1024

/**
 * Takes a body of which nothing may be handed on before its checksum was compared; it waits in a file without a name. What
 * reads it closes it. Throws `checksum_mismatch`, and `bad_request` where it is too long to wait.
 */
export async function checkedBody(body: Readable, { algorithm, digest }: Checksum, folder: string): Promise<Readable> {
  const hash = createHash(algorithm)
  const pieces = partFiles(hashed(body, hash), { folder, partBytes: mostCheckedBytes })
  const { value: piece } = await pieces.next()
  try {
    const more = await pieces.next()
    if (more.value) {
      await more.value.file.close()
      throw new AppError('bad_request', 'With Upload-Checksum, send at most 64 MiB in one request.')
    }
    if (!hash.digest().equals(digest)) throw new AppError('checksum_mismatch')
  } catch (error) {
    await piece?.file.close()
    throw error
  }
  return Readable.from(contents(piece ?? null), { objectMode: false })
}

async function* hashed(body: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    hash.update(chunk)
    yield chunk
  }
}

async function* contents(piece: PartFile | null): AsyncGenerator<Buffer> {
  if (!piece) return
  try {
    yield* readPart(piece)
  } finally {
    await piece.file.close()
  }
}
