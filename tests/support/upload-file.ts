import { createReadStream } from 'node:fs'
import { acceptUpload, type FinishedUpload } from '#catalog/accept-upload.ts'
import type { Catalog } from '#catalog/open-catalog.ts'
import type { VideoRow } from '#catalog/schema.ts'
import type { Storage } from '#storage/storage.ts'

/** For tests: stores a local file as a finished upload, of Ada unless another is named, and accepts it. */
export async function uploadFile(
  { catalog, storage }: { catalog: Catalog; storage: Storage },
  path: string,
  about: Partial<FinishedUpload> = {},
): Promise<VideoRow> {
  const uploadId = crypto.randomUUID()
  const { sourceKey = `sources/${uploadId}` } = about
  const { sizeBytes } = await storage.put(sourceKey, createReadStream(path))
  const usual = { uploadId, ownerId: 'ada', fileName: 'clip', title: 'Clip', visibility: 'public' as const }
  return acceptUpload(catalog, { ...usual, ...about, sourceKey, sizeBytes })
}
