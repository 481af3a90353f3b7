import { access } from 'node:fs/promises'
import { Client } from 'pg'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { reach } from '../../services/program/reach.ts'
import { StartError } from '../../services/program/read-config.ts'

/**
 * A worker with the database of one site and the storage of another would fail every video that it takes. Throws a
 * StartError where the database holds no site, or the storage none of the files that it names.
 */
export async function requireSite(stores: { databaseUrl: string; storageUrl: string }): Promise<void> {
  const keys = await reach('The database of DATABASE_URL', sourceKeys(stores.databaseUrl))
  if (!keys)
    throw new StartError('The database of DATABASE_URL holds no QQVideo site; name the one that npm start is given.')
  const storage = await reach('The storage of STORAGE_URL', openReachable(stores.storageUrl))
  try {
    if (keys.length > 0 && !(await holdsAny(storage, keys)))
      throw new StartError(
        'The storage of STORAGE_URL holds none of the files that the database names; name the same one as npm start is given.',
      )
  } finally {
    await storage.close()
  }
}

/** Of the youngest videos; null where there are no tables of ours. */
async function sourceKeys(databaseUrl: string): Promise<string[] | null> {
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000, query_timeout: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ found: string | null }>("SELECT to_regclass('video') AS found")
    if (!rows[0]?.found) return null
    const sources = await client.query<{ source_key: string }>(
      'SELECT source_key FROM video WHERE source_key IS NOT NULL ORDER BY created_at DESC LIMIT 20',
    )
    return sources.rows.map((row) => row.source_key)
  } finally {
    await client.end().catch(() => {})
  }
}

/** A folder that is not there is a wrong name, or a disk that is not mounted: it would be made, and stay empty. */
async function openReachable(url: string): Promise<Storage> {
  if (!url.startsWith('s3:')) await access(URL.parse(url.replace(/^disk:/, 'file:')) ?? url)
  const storage = await openStorage(url)
  await storage.check()
  return storage
}

async function holdsAny(storage: Storage, keys: string[]): Promise<boolean> {
  const found = await Promise.all(keys.map((key) => storage.head(key).catch(() => null)))
  return found.some((info) => info !== null)
}
