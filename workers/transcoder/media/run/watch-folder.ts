import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

export type Overflow = 'output' | 'disk'

export interface FolderWatch {
  /** What was too much, once it was. */
  overflow(): Overflow | null
  stop(): void
}

export interface FolderLimits {
  /** How much a run may add to its folder, beside twice what lies there when it starts. */
  maxFolderMb: number
  /** Room that is left to databases on the same disk. */
  leastFreeMb: number
}

const lookEveryMs = 1_000

/**
 * Looks each second whether a run fills its folder or the disk, and calls `onOverflow` once when it does. The kernel bounds
 * single files only, and a stream is thousands of them.
 */
export function watchFolder(folder: string, limits: FolderLimits, onOverflow: () => void): FolderWatch {
  let before: number | null = null
  let overflow: Overflow | null = null
  let isLooking = false
  async function look(): Promise<void> {
    if (isLooking || overflow) return
    isLooking = true
    const usedBytes = await bytesUnder(folder)
    before ??= usedBytes
    // A folder that can't be asked is not taken for full.
    const freeBytes = await freeBytesOf(folder).catch(() => Number.POSITIVE_INFINITY)
    overflow = judgeFolder({ before, usedBytes, freeBytes }, limits)
    isLooking = false
    if (overflow) onOverflow()
  }
  const clock = setInterval(look, lookEveryMs)
  void look()
  return { overflow: () => overflow, stop: () => clearInterval(clock) }
}

/** The source lies in the folder, and a copy of it in another container is as large. */
export function judgeFolder(
  { before, usedBytes, freeBytes }: { before: number; usedBytes: number; freeBytes: number },
  { maxFolderMb, leastFreeMb }: FolderLimits,
): Overflow | null {
  if (usedBytes - before > maxFolderMb * mb + 2 * before) return 'output'
  return freeBytes < leastFreeMb * mb ? 'disk' : null
}

const mb = 1024 * 1024

/** What goes away while it is looked at counts nothing: finished segments are moved into the storage. */
async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0
  }
  return bytes
}

/** On the disk of a folder, for users that are not root. Rejects where there is no such folder. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
