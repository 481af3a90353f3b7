import type { IncomingHttpHeaders } from 'node:http'

// RFC 9110, 8.8.2.2: within a second a file may change without its date telling; caches take a minute to be sure.
const sureAfterMs = 60_000

/** What may stand in If-Range: an ETag that is not weak, or a date of change that is old enough. Null where there is none. */
export function strongValidator(headers: IncomingHttpHeaders): string | null {
  const { etag, 'last-modified': modified, date } = headers
  if (etag !== undefined) return /^"[\x21\x23-\x7e]{0,200}"$/.test(etag) ? etag : null
  if (modified === undefined || date === undefined || modified.length > 100) return null
  return Date.parse(date) - Date.parse(modified) >= sureAfterMs ? modified : null
}

/** `bytes 100-199/200`; the total is null where it is `*`. Null where it is not of that form. */
export function readContentRange(header = ''): { start: number; end: number; total: number | null } | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(header)
  if (!match) return null
  const [, start, end, total] = match
  return { start: Number(start), end: Number(end), total: total === '*' ? null : Number(total) }
}
