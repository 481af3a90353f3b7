import type { BigIntStats } from 'node:fs'
import { constants, type FileHandle, open } from 'node:fs/promises'

export interface PlainFile {
  file: FileHandle
  /** Asked of the open file, so that they belong to the bytes even while another file takes its place. */
  stats: BigIntStats
}

/**
 * Opens a file to read it. Rejects where the path is a link, a folder or anything else, and leaves nothing open then: a
 * program that writes for us could leave a link to anything.
 */
export async function openPlainFile(path: string): Promise<PlainFile> {
  const file = await open(path, plainly)
  try {
    const stats = await file.stat({ bigint: true })
    if (!stats.isFile()) throw new NotPlainError(path)
    return { file, stats }
  } catch (error) {
    await file.close()
    throw error
  }
}

// Follows no link, and waits for nobody at the other end of a pipe.
const plainly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

export class NotPlainError extends Error {
  override name = 'NotPlainError'

  constructor(path: string) {
    super(`${path} is no plain file.`)
  }
}
