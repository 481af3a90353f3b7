import { mkdir, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { S3Store } from '@tus/s3-store'
import { type DataStore, Upload } from '@tus/server'
import { s3Settings } from '#storage/s3-settings.ts'
import type { Context } from '../context.ts'

/** An upload that nobody went on with for so long is thrown away, and the draft that it was for. */
export const weekMs = 7 * 24 * 60 * 60 * 1000

/** Where unfinished bytes lie, and how they become a source: tus stores beside each storage adapter. */
export interface UploadPlace {
  datastore: DataStore
  /** What the datastore's ids have before ours. */
  folder: string
  /** What is known of an upload; whole, too, where its bytes were taken over already. Null where there is none. */
  find(id: string): Promise<Upload | null>
  /** The storage key of the finished bytes; may be called again after a crash. */
  takeOver(id: string): Promise<string>
  /** Drops what tus noted about a finished upload. */
  forget(id: string): Promise<void>
  /** Our ids of all uploads that are not accepted yet. */
  list(): Promise<string[]>
}

export async function openPlace(context: Context): Promise<UploadPlace> {
  return context.config.STORAGE_URL.startsWith('s3:') ? placeInS3(context) : placeOnDisk(context)
}

async function placeOnDisk({ config, storage }: Context): Promise<UploadPlace> {
  const directory = config.UPLOAD_FOLDER
  await mkdir(directory, { recursive: true })
  const datastore = new FileStore({ directory, expirationPeriodInMilliseconds: weekMs })
  return {
    datastore,
    folder: '',
    async find(id) {
      const upload = await datastore.getUpload(id).catch(() => null)
      if (upload) return upload
      const [noted, object] = await Promise.all([datastore.configstore.get(id), storage.head(`sources/${id}`)])
      if (!noted || !object || object.sizeBytes !== noted.size) return null
      return new Upload({ ...noted, offset: object.sizeBytes })
    },
    async takeOver(id) {
      await storage.adoptFile(`sources/${id}`, join(directory, id))
      return `sources/${id}`
    },
    async forget(id) {
      await datastore.configstore.delete(id)
    },
    async list() {
      const names = await readdir(directory)
      return names.filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json'))
    },
  }
}

function placeInS3({ config, storage }: Context): UploadPlace {
  const { bucket, prefix, clientConfig } = s3Settings(config.STORAGE_URL)
  const folder = prefix ? `${prefix}/sources/` : 'sources/'
  const datastore = new S3Store({
    partSize: 8 * 1024 * 1024,
    expirationPeriodInMilliseconds: weekMs,
    // Tags are Amazon's; expiry is ours, by the upload's own date.
    useTags: false,
    s3ClientConfig: { bucket, ...clientConfig },
  })
  return {
    datastore,
    find: (id) => datastore.getUpload(folder + id).catch(() => null),
    // tus's store uses the id as the object's key: finished bytes then lie where sources lie, and nothing is copied.
    folder,
    takeOver: async (id) => `sources/${id}`,
    async forget(id) {
      await storage.deletePrefix(`sources/${id}.info`)
    },
    async list() {
      const ids: string[] = []
      for await (const { key } of storage.list('sources')) if (key.endsWith('.info')) ids.push(basename(key, '.info'))
      return ids
    },
  }
}
