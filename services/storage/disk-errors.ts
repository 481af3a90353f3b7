import { AppError, type ErrorCode } from '#contract/errors.ts'

/** Turns what the file system says into what callers of storage know; anything else, such as an error of the body, passes as it is. */
export function diskError(error: unknown): unknown {
  const code = codes[codeOf(error) ?? '']
  if (error instanceof AppError || !code) return error
  return new AppError(code, code === 'conflict' ? nested : undefined, { cause: error })
}

export function isFullDisk(error: unknown): boolean {
  return codes[codeOf(error) ?? ''] === 'storage_full'
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

const nested = 'On disk a key can be an object or a folder of others, not both.'

const codes: Record<string, ErrorCode | undefined> = {
  ENOENT: 'not_found',
  // Part of the key is an object, so that there is nothing below it.
  ENOTDIR: 'not_found',
  EISDIR: 'conflict',
  EEXIST: 'conflict',
  ENOTEMPTY: 'conflict',
  ENOSPC: 'storage_full',
  EDQUOT: 'storage_full',
  // A limit on the size of files.
  EFBIG: 'storage_full',
  EACCES: 'unavailable',
  EPERM: 'unavailable',
  EROFS: 'unavailable',
  EIO: 'unavailable',
  EMFILE: 'unavailable',
  ENFILE: 'unavailable',
  ESTALE: 'unavailable',
}
