import { fileURLToPath } from 'node:url'
import { AppError } from '#contract/errors.ts'
import { openDiskStorage } from './disk-storage.ts'
import type { Storage } from './storage.ts'

/**
 * Opens what a STORAGE_URL names: `disk:///absolute/folder` (also `file:`), or
 * `s3://bucket/prefix?endpoint=…` as s3-settings.ts describes. A folder is made where there is none; S3 is not asked
 * anything yet, so that a program starts while S3 is away (`check()` asks). Throws `bad_request` with what is wrong with the URL.
 */
export async function openStorage(url: string): Promise<Storage> {
  const scheme = url.slice(0, url.indexOf(':'))
  if (scheme === 's3') return openS3Storage(url)
  if (scheme === 'disk' || scheme === 'file') return openDiskStorage(diskFolder(url))
  throw new AppError('bad_request', 'A storage URL starts with disk:///folder or s3://bucket.')
}

/** The SDK takes tens of megabytes of memory in every process; one that keeps its objects on disk never loads it. */
async function openS3Storage(url: string): Promise<Storage> {
  const [{ S3Storage }, { s3Settings }] = await Promise.all([import('./s3-storage.ts'), import('./s3-settings.ts')])
  return new S3Storage(s3Settings(url))
}

/** The absolute folder of a `disk:` or `file:` URL; tus keeps its unfinished uploads beside it. */
function diskFolder(url: string): string {
  try {
    // Two slashes would name a host, and a single name a folder of the root.
    if (!/^[a-z]+:\/\/\/[^/]/.test(url)) throw new TypeError('not an absolute folder')
    return fileURLToPath(url.replace(/^disk:/, 'file:'))
  } catch (cause) {
    throw new AppError('bad_request', 'A disk storage URL needs an absolute folder: disk:///folder.', { cause })
  }
}
