import { join } from 'node:path'
import type { Context } from '../context.ts'
import type { UploadPlace } from './upload-place.ts'

/** The S3 client is only loaded where it is used. */
export async function openPlace(context: Pick<Context, 'config' | 'storage'>): Promise<UploadPlace> {
  const { config, storage } = context
  if (!config.STORAGE_URL.startsWith('s3:'))
    return (await import('./place-on-disk.ts')).placeOnDisk(config.UPLOAD_FOLDER, storage)
  const { placeInS3 } = await import('./place-in-s3.ts')
  return placeInS3({
    storageUrl: config.STORAGE_URL,
    storage,
    partFolder: join(config.UPLOAD_FOLDER, 'parts'),
    mostBytes: config.MAX_UPLOAD_BYTES,
  })
}
