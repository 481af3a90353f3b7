import { readFile } from 'node:fs/promises'
import { codeOf } from '#storage/disk-errors.ts'

/** The number that a small file holds, or what counts where there is none. */
export async function readNumber(path: string, absent: number): Promise<number> {
  try {
    return Number(await readFile(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return absent
    throw error
  }
}
