import { statfs } from 'node:fs/promises'
import { AppError } from '#contract/errors.ts'
import type { ApiConfig } from '../config.ts'

// Databases and the beacons' spool live on the same disk: an upload that took its last byte would stop the whole site.
const reserveBytes = 1024 ** 3
/** Of one upload, pieces on their way into a bucket. */
const mostWaitingBytes = 64 * 1024 * 1024

/** Refuses an upload that the disk has no room for: before its first byte, and along the way. Throws `storage_full`. */
export async function requireRoom(
  { STORAGE_URL, UPLOAD_FOLDER }: Pick<ApiConfig, 'STORAGE_URL' | 'UPLOAD_FOLDER'>,
  uploadBytes: number,
): Promise<void> {
  const isInBucket = STORAGE_URL.startsWith('s3:')
  const bytesHere = isInBucket ? Math.min(uploadBytes, mostWaitingBytes) : uploadBytes
  const { bavail, bsize } = await statfs(UPLOAD_FOLDER)
  if (bavail * bsize - bytesHere < reserveBytes) throw new AppError('storage_full')
}
