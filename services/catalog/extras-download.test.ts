import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPostgres } from '#support/postgres.ts'
import { acceptUpload } from './accept-upload.ts'
import { queueMissingDownloads } from './extras-download.ts'
import { type Catalog, openCatalog } from './open-catalog.ts'

let catalogs: Catalog[]
let stopPostgres: () => Promise<void>
beforeAll(async () => {
  const postgres = await startTestPostgres()
  stopPostgres = postgres.stop
  const open = () => openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  catalogs = [await open(), await open()]
  const ada = { id: 'ada', name: 'Ada', email: 'ada@example.org', emailVerified: true }
  await catalogs[0]!.database.insertInto('user').values(ada).execute()
})
afterAll(async () => {
  for (const catalog of catalogs ?? []) await catalog.close()
  await stopPostgres?.()
})

test('a download that is missing is queued once, however many workers look for it at once', async () => {
  const { database, pool } = catalogs[0]!
  const about = { ownerId: 'ada', fileName: 'a', title: 'A', visibility: 'public' as const, sizeBytes: 5 }
  const ids: string[] = []
  for (let n = 0; n < 10; n++) {
    const named = { uploadId: `u${n}`, sourceKey: `sources/u${n}` }
    ids.push((await acceptUpload(catalogs[0]!, { ...about, ...named })).id)
  }
  const whole = { published_prefix: 'videos/v/a1/ladder', status: 'ready', downloads: 'everyone' } as const
  await database.updateTable('video').set(whole).execute()
  const found = await Promise.all([...catalogs, ...catalogs].map(queueMissingDownloads))
  expect(found.flat().sort()).toEqual(ids.sort())
  const { rowCount } = await pool.query("SELECT 1 FROM pgboss.job WHERE name = 'extra' AND data->>'kind' = 'download'")
  expect(rowCount).toBe(10)
})
