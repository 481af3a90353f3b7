import { writeSync } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Puts text under a name so that after a crash either the old or the new text is there, never a part. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w')
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** A new, renamed or removed name is durable only once its folder is synced too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Writes all bytes at the position; one call of the system may write fewer. At once: the system takes them into its memory
 * in less time than another thread takes to begin. Only a sync waits for the disk.
 */
export function writeAllSync(file: FileHandle, bytes: Buffer, position: number): void {
  let written = 0
  while (written < bytes.length)
    written += writeSync(file.fd, bytes, written, bytes.length - written, position + written)
}
