import type { VideoImport } from '#contract/imports.ts'
import type { Visibility } from '#contract/video.ts'
import { write } from '#web/api/write.ts'

/** Asks the site to fetch the file. Sent again with the same key, it finds the import of the first time. Throws ApiError. */
export function startImport(
  wish: { url: string; visibility: Visibility },
  idempotencyKey: string,
): Promise<VideoImport> {
  return write<VideoImport>('POST', '/api/imports', wish, { 'idempotency-key': idempotencyKey })
}
