import { basename } from 'node:path'
import { AppError } from '#contract/errors.ts'
import { diskError, isFullDisk } from '#storage/disk-errors.ts'
import { s3Error } from '#storage/s3-errors.ts'
import { s3Settings } from '#storage/s3-settings.ts'
import type { Storage } from '#storage/storage.ts'
import { preparePartFolder } from './part-files.ts'
import { S3Uploads } from './s3-uploads.ts'
import { findOrNull, type UploadPlace, weekMs } from './upload-place.ts'

interface S3Place {
  storageUrl: string
  storage: Storage
  /** For parts on their way. */
  partFolder: string
  /** Larger files are not accepted. */
  mostBytes: number
}

/** tus's store uses the id as the object's key: finished bytes then lie where sources lie, and nothing is copied. */
export async function placeInS3({ storageUrl, storage, partFolder, mostBytes }: S3Place): Promise<UploadPlace> {
  await preparePartFolder(partFolder)
  const { bucket, prefix, clientConfig } = s3Settings(storageUrl)
  const folder = prefix ? `${prefix}/sources/` : 'sources/'
  const datastore = new S3Uploads({
    partFolder,
    mostBytes,
    expirationPeriodInMilliseconds: weekMs,
    s3ClientConfig: { bucket, ...clientConfig },
  })

  async function hasObject(key: string, sizeBytes: number | undefined): Promise<boolean> {
    return (await storage.head(key))?.sizeBytes === sizeBytes
  }

  async function forget(id: string): Promise<void> {
    await storage.deletePrefix(`sources/${id}.part`)
    // The note goes last: until then the next sweep knows what belongs to it.
    await storage.deletePrefix(`sources/${id}.info`)
    await datastore.clearCache(folder + id)
  }

  return {
    datastore,
    folder,
    find: (id) => findOrNull(datastore.getUpload(folder + id)),
    async takeOver(upload) {
      const key = `sources/${basename(upload.id)}`
      // That every part is there does not mean that they were joined, and that they are gone does not mean it either.
      if (!(await hasObject(key, upload.size))) await datastore.complete(upload.id)
      if (!(await hasObject(key, upload.size))) throw new AppError('not_found', 'The bytes of this upload are gone.')
      return key
    },
    forget,
    async remove(id) {
      await storage.deletePrefix(`sources/${id}`)
      await forget(id)
    },
    async list() {
      const ids: string[] = []
      for await (const { key } of storage.list('sources')) if (key.endsWith('.info')) ids.push(basename(key, '.info'))
      return ids
    },
    async touchedAtMs(id) {
      const note = await storage.head(`sources/${id}.info`)
      return note && Math.max(note.modifiedAtMs, await datastore.touchedAtMs(folder + id))
    },
    async sweep(beforeMs, ids) {
      for await (const { key, modifiedAtMs } of storage.list('sources')) {
        if (!key.endsWith('.part') || ids.has(basename(key, '.part')) || modifiedAtMs > beforeMs) continue
        await storage.deletePrefix(key)
      }
    },
    // Pieces wait on our own disk, which is no fault of the bucket's.
    explain: (error) => (isFullDisk(error) ? diskError(error) : s3Error(error)),
  }
}
