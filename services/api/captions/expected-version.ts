import type { Request } from 'express'

/**
 * What a change was made from, by its If-Match header; `otherwise` where it says nothing. An ETag that no track can have
 * fits none.
 */
export function expectedVersion<Otherwise extends '*' | null>(
  request: Pick<Request, 'get'>,
  otherwise: Otherwise,
): string | Otherwise {
  const header = request.get('if-match')?.trim()
  if (!header) return otherwise
  // What compresses on the way marks tags as weak; they name the same version.
  return header === '*' ? '*' : header.replace(/^W\//, '').replaceAll('"', '')
}
