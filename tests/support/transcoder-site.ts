import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import type { VideoRow } from '#catalog/schema.ts'
import type { VideoStatus } from '#contract/video.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { until } from '#support/until.ts'
import { uploadFile } from '#support/upload-file.ts'

/** For tests: what stands around a transcoder, real PostgreSQL and storage, and an uploader. */
export interface TestSite {
  folder: string
  databaseUrl: string
  catalog: Catalog
  storage: Storage
  /** Stores a local file as a finished upload and accepts it. */
  upload(path: string, ownerId?: 'ada' | 'bob'): Promise<VideoRow>
  row(videoId: string): Promise<VideoRow>
  /** Waits until the video has one of these states. */
  reaches(videoId: string, ...states: VideoStatus[]): Promise<VideoRow>
  read(key: string): Promise<string>
  keys(prefix: string): Promise<string[]>
  close(): Promise<void>
}

/** Storage on disk in the folder, unless another is named. */
export async function openTestSite(storageUrl?: string): Promise<TestSite> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-transcoder-'))
  const postgres = await startTestPostgres()
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  const storage = await openStorage(storageUrl ?? `disk://${folder}/storage`)
  await catalog.database
    .insertInto('user')
    .values(['ada', 'bob'].map((id) => ({ id, name: id, email: `${id}@example.org`, emailVerified: true })))
    .execute()

  async function row(videoId: string): Promise<VideoRow> {
    return catalog.database.selectFrom('video').selectAll().where('id', '=', videoId).executeTakeFirstOrThrow()
  }

  return {
    folder,
    databaseUrl: postgres.url,
    catalog,
    storage,
    row,
    upload: (path, ownerId) => uploadFile({ catalog, storage }, path, ownerId && { ownerId }),
    reaches: (videoId, ...states) =>
      until(
        () => row(videoId),
        (video) => states.includes(video.status),
      ),
    read: async (key) => text((await storage.get(key)).body),
    async keys(prefix) {
      const keys = []
      for await (const { key } of storage.list(prefix)) keys.push(key)
      return keys.sort()
    },
    async close() {
      await catalog.close()
      await storage.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
