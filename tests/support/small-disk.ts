import { execFile } from 'node:child_process'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A disk of its own, in memory, that really runs full. */
export interface SmallDisk {
  folder: string
  /** Takes all room but so much, until `makeRoom`. */
  fill(leftBytes?: number): Promise<void>
  makeRoom(): Promise<void>
  close(): Promise<void>
}

/** Null where this user may not mount one; tests say so and are skipped. */
export async function mountSmallDisk(folder: string, sizeMb: number): Promise<SmallDisk | null> {
  await mkdir(folder, { recursive: true })
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  if (!isMounted) return null
  let ballasts = 0
  return {
    folder,
    async fill(leftBytes = 0) {
      const { bavail, bsize } = await statfs(folder)
      const takenBytes = Math.max(bsize, bavail * bsize - leftBytes)
      await run('fallocate', ['-l', String(takenBytes), join(folder, `.ballast-${ballasts++}`)])
    },
    async makeRoom() {
      while (ballasts > 0) await rm(join(folder, `.ballast-${--ballasts}`), { force: true })
    },
    async close() {
      await run('umount', ['-l', folder])
    },
  }
}
