import { AppError } from '#contract/errors.ts'
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

const refusals = {
  malformed: 'That is not a web address; it begins with https:// or http://.',
  scheme: 'Only addresses that begin with https:// or http:// can be imported.',
  credentials: 'Leave out the name and password in front of the @; only public files can be imported.',
  port: 'This address names a port that this site does not connect to; use the address without it.',
  private: 'This address leads into a private network, where this site fetches nothing; use a public address.',
} as const satisfies Record<OutboundRefused['reason'], string>

/** What went wrong as the owner hears it. Nothing that the other site wrote is in it. Null where another try may help. */
export function importFault(error: unknown): AppError | null {
  if (error instanceof AppError) return error
  if (error instanceof OutboundRefused) return new AppError('import_refused', refusals[error.reason])
  const { code, name } = error as { code?: string; name?: string }
  if (code === 'ENOTFOUND')
    return new AppError('import_unreachable', 'The name in this address has no server; check its spelling.')
  if (code?.startsWith('ERR_TLS') || code?.includes('CERT') || code?.includes('SIGNATURE'))
    return new AppError('import_unreachable', 'The certificate of that site is not valid; use another address.')
  if (name === 'Broken' || name === 'Changed' || code !== undefined) return null
  return new AppError('internal', undefined, { cause: error })
}
