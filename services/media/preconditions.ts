import type { ObjectInfo } from '#storage/storage.ts'

/** Whether the sender of If-None-Match has these bytes already (weak comparison, RFC 9110 §13.1.2). */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (!ifNoneMatch) return false
  const known = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
}

/** Whether a range may be sent: without If-Range always, else only of the very bytes that it names (§13.1.5). */
export function rangeApplies(ifRange: string | undefined, info: ObjectInfo): boolean {
  return !ifRange || ifRange === info.etag || ifRange === lastModified(info)
}

export function lastModified(info: ObjectInfo): string {
  return new Date(info.modifiedAtMs).toUTCString()
}
