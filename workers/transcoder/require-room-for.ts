import { AppError } from '#contract/errors.ts'
import { freeBytesOf } from './media/run/watch-folder.ts'

/** Asked before much is copied: better than a disk that is full in the middle. Throws `storage_full`. */
export async function requireRoomFor(
  neededBytes: number,
  folder: string,
  { leastFreeMb }: { leastFreeMb: number },
): Promise<void> {
  if ((await freeBytesOf(folder)) - neededBytes < leastFreeMb * 1024 * 1024) throw new AppError('storage_full')
}
