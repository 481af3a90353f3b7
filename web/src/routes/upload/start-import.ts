import type { VideoImport } from '#contract/imports.ts'
import { write } from '#web/api/write.ts'

/** Asks the site to fetch the file. Sent again with the same key, it finds the import of the first time. Throws ApiError. */
export function startImport(url: string, idempotencyKey: string): Promise<VideoImport> {
  return write<VideoImport>('POST', '/api/imports', { url }, { 'idempotency-key': idempotencyKey })
}
