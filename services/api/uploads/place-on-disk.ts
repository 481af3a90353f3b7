import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Upload } from '@tus/server'
import { diskError } from '#storage/disk-errors.ts'
import type { Storage } from '#storage/storage.ts'
import { DiskUploads } from './disk-uploads.ts'
import { findOrNull, isGone, type UploadPlace, weekMs } from './upload-place.ts'

export async function placeOnDisk(directory: string, storage: Storage): Promise<UploadPlace> {
  await mkdir(directory, { recursive: true })
  const datastore = new DiskUploads(directory, weekMs)
  const notes = datastore.configstore
  return {
    datastore,
    folder: '',
    async find(id) {
      const upload = await findOrNull(datastore.getUpload(id))
      if (upload) return upload
      const [noted, object] = await Promise.all([notes.get(id), storage.head(`sources/${id}`)])
      if (!noted || !object || object.sizeBytes !== noted.size) return null
      return new Upload({ ...noted, offset: object.sizeBytes })
    },
    async takeOver({ id }) {
      await storage.adoptFile(`sources/${id}`, join(directory, id))
      return `sources/${id}`
    },
    forget: (id) => datastore.forget(id),
    async remove(id) {
      await datastore.remove(id).catch((error) => {
        if (!isGone(error)) throw error
      })
      await storage.deletePrefix(`sources/${id}`)
    },
    list: () => notes.list!(),
    async touchedAtMs(id) {
      const noted = await notes.get(id)
      if (!noted) return null
      const written = await stat(join(directory, id)).catch(() => null)
      return Math.max(Date.parse(noted.creation_date ?? '') || 0, written?.mtimeMs ?? 0)
    },
    async sweep(beforeMs, ids) {
      for (const name of await readdir(directory)) {
        if (ids.has(name.replace(/\.(json|sure|part-\d)$/, ''))) continue
        const path = join(directory, name)
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
        // A folder, too, where a bucket was used once.
        if (mtimeMs < beforeMs) await rm(path, { recursive: true, force: true })
      }
    },
    explain: diskError,
  }
}
