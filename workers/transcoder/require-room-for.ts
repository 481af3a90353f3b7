import { statfs } from 'node:fs/promises'
import { AppError } from '#contract/errors.ts'

/** Asked before much is copied: better than a disk that is full in the middle. Throws `storage_full`. */
export async function requireRoomFor(
  neededBytes: number,
  folder: string,
  { leastFreeMb }: { leastFreeMb: number },
): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize - neededBytes < leastFreeMb * 1024 * 1024) throw new AppError('storage_full')
}
