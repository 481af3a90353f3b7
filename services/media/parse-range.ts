import type { ByteRange } from '#storage/storage.ts'

/**
 * Reads a Range header against the size of the object (RFC 9110 §14): the clipped range, null where the whole is to be
 * sent (no header, another unit, several ranges, nonsense), or `unsatisfiable`.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.replaceAll(' ', '') ?? '')
  if (!match) return null
  const [, first, last] = match
  if (!first && !last) return null
  if (first && last && Number(first) > Number(last)) return null
  const start = first ? Number(first) : Math.max(0, sizeBytes - Number(last))
  const end = first && last ? Math.min(Number(last), sizeBytes - 1) : sizeBytes - 1
  return start > end ? 'unsatisfiable' : { start, end }
}
