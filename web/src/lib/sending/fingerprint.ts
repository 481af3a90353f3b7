export const uploadsPath = '/api/uploads'

/** What the browser remembers the upload of a file by, as far as it tells files apart. */
export function fingerprintOf(file: File, replacesId: string | null): string {
  // The same file may be on its way to become a video of its own.
  if (replacesId) return ['replace', replacesId, file.name, file.size, file.lastModified].join('-')
  // As tus writes it, which remembered uploads before we did.
  return ['tus-br', file.name, file.type, file.size, file.lastModified, uploadsPath].join('-')
}

/** Out of the key by which tus remembers an upload: `tus::FINGERPRINT::NUMBER`. */
export function fingerprintOfKey(urlStorageKey: string): string {
  return urlStorageKey.slice('tus::'.length, urlStorageKey.lastIndexOf('::'))
}
