import { AppError } from '#contract/errors.ts'

/** Turns what the SDK throws into what callers of storage know, with a sentence that says where to look. */
export function s3Error(error: unknown): AppError {
  if (error instanceof AppError) return error
  const name = nameOf(error)
  if (name === 'NoSuchKey' || name === 'NotFound') return new AppError('not_found', undefined, { cause: error })
  if (full.has(name) || statusOf(error) === 507) return new AppError('storage_full', undefined, { cause: error })
  return new AppError('unavailable', `${sentence(name)} (${name}).`, { cause: error })
}

/** The SDK's name of an error, or the code of a failed connection. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return (error as NodeJS.ErrnoException).code ?? error.name
}

export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

const full = new Set(['InsufficientStorage', 'StorageFull', 'XMinioStorageFull', 'QuotaExceeded'])

function sentence(name: string): string {
  if (name === 'NoSuchBucket') return 'The storage bucket does not exist; create it or correct STORAGE_URL'
  if (name === 'RequestTimeTooSkewed')
    return 'The storage finds this machine’s clock wrong; turn on time synchronisation'
  if (refused.has(name)) return 'The storage refuses our credentials; correct those of STORAGE_URL'
  if (unreachable.has(name))
    return 'The storage can’t be reached; look whether it runs and whether its endpoint is right'
  return 'The storage could not do what was asked'
}

const refused = new Set([
  'AccessDenied',
  'Forbidden',
  '403',
  'AuthorizationHeaderMalformed',
  'CredentialsProviderError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
])

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'NetworkingError',
  'TimeoutError',
])
