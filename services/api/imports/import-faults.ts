import { AppError, type ErrorCode } from '#contract/errors.ts'
import { OutboundRefused } from '../../outbound/outbound-refused.ts'

/** The line broke or the other site stumbled: worth another try, which goes on where the bytes ended if it can. */
export class Broken extends Error {
  override name = 'Broken'
}

/** The other site's file is no longer the one that the first bytes came from. */
export class Changed extends Error {
  override name = 'Changed'
}

/** Whether a store of ours was away: nothing is wrong with the file, and what has come of it stays. */
export function isOursAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable'
}

/** Whether the same file may well be had later, from where it ended. */
export function isPassing({ code }: AppError): boolean {
  return passing.has(code)
}

const passing = new Set<string>(['import_unreachable', 'import_too_slow', 'import_no_server'] satisfies ErrorCode[])

const refusals = {
  malformed: 'import_malformed',
  scheme: 'import_scheme',
  credentials: 'import_credentials',
  port: 'import_port',
  private: 'import_private',
} as const satisfies Record<OutboundRefused['reason'], ErrorCode>

/** What went wrong as the owner hears it. Nothing that the other site wrote is in it. Null where another try may help. */
export function importFault(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (error instanceof OutboundRefused) return new AppError(refusals[error.reason])
  const { code, name } = error as { code?: string; name?: string }
  if (code === 'ENOTFOUND') return new AppError('import_no_server')
  if (code?.startsWith('ERR_TLS') || code?.includes('CERT') || code?.includes('SIGNATURE'))
    return new AppError('import_certificate')
  if (name === 'Broken' || name === 'Changed' || code !== undefined) return null
  return new AppError('internal', undefined, { cause: error })
}
