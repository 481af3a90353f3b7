import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '#catalog/open-catalog.ts'
import { reconcile } from '#support/reconcile.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { findDifferences } from './find-differences.ts'

let site: TestSite
beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())

const find = (youngerThan = new Date(Date.now() + 60_000)) =>
  findDifferences({ database: site.catalog.database, storage: site.storage }, youngerThan)

/** A published video of one rendition with two segments, as rows and objects; nothing needs to be encoded for this. */
async function publish(): Promise<{ id: string; prefix: string; sourceKey: string }> {
  const path = join(site.folder, 'source')
  await writeFile(path, 'a source')
  const { id, source_key } = await site.upload(path)
  const prefix = `videos/${id}/a1/ladder`
  await site.storage.put(
    `${prefix}/master.m3u8`,
    Buffer.from('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n240p/playlist.m3u8\n'),
  )
  const playlist = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4,\n1.m4s\n#EXTINF:4,\n2.m4s\n#EXT-X-ENDLIST\n'
  await site.storage.put(`${prefix}/240p/playlist.m3u8`, Buffer.from(playlist))
  for (const name of ['init.mp4', '1.m4s', '2.m4s']) await site.storage.put(`${prefix}/240p/${name}`, Buffer.from(name))
  const published = { published_prefix: prefix, status: 'ready' as const, current_attempt: 1 }
  await site.catalog.database.updateTable('video').set(published).where('id', '=', id).execute()
  return { id, prefix, sourceKey: source_key! }
}

test('a site where all is well has nothing to tell', async () => {
  await publish()
  expect(await find()).toEqual({ strays: [], youngStrays: 0, missing: [] })
})

test('rows whose bytes are gone, and objects that no row needs, are told in plain words, and nothing is deleted', async () => {
  const video = await publish()
  await rm(join(site.folder, 'storage', video.prefix, '240p/2.m4s'))
  await rm(join(site.folder, 'storage', video.sourceKey))
  const strays = [`${video.prefix}/240p/p9-t1-1.m4s`, 'sources/nobodys', 'videos/gone1/a1/ladder/master.m3u8']
  for (const key of strays) await site.storage.put(key, Buffer.from('x'))
  const before = await site.keys('')

  const found = await find()
  expect(found.strays.map(({ key }) => key).sort()).toEqual(strays.sort())
  expect(found.missing.map(({ what, keys }) => [what, keys])).toEqual([
    ['file', [video.sourceKey]],
    ['version', [`${video.prefix}/240p/2.m4s`]],
  ])
  // Bytes come before their rows, so what is young may be on its way.
  expect(await find(new Date(Date.now() - 60_000))).toMatchObject({ strays: [], youngStrays: 3 })

  const { stdout, code } = await reconcile(site.databaseUrl, site.folder)
  expect(code).toBe(1)
  expect(stdout).toContain(`${video.id} “Clip” can’t be watched whole`)
  expect(stdout).toContain(`not there: ${video.sourceKey}`)
  expect(stdout).toContain('3 young objects have no row yet')
  expect(await site.keys('')).toEqual(before)
  for (const key of strays) await site.storage.deletePrefix(key)
})

test('what is being made, uploaded or about to be swept is no stray', async () => {
  const path = join(site.folder, 'another')
  await writeFile(path, 'another source')
  const { id } = await site.upload(path)
  const making = { status: 'processing' as const, current_attempt: 2 }
  await site.catalog.database.updateTable('video').set(making).where('id', '=', id).execute()
  await site.catalog.database.insertInto('unfinished_upload').values({ id: 'upload-1', owner_id: 'ada' }).execute()
  await site.catalog.jobs.queueSweep('videos/deleted1', 3_600)
  for (const key of [`videos/${id}/a2/ladder/240p/1.m4s`, 'sources/upload-1.part', 'videos/deleted1/a1/poster.jpg'])
    await site.storage.put(key, Buffer.from('x'))
  const { strays } = await find()
  expect(strays).toEqual([])
  await site.storage.put(`videos/${id}/a1/ladder/240p/1.m4s`, Buffer.from('x'))
  expect((await find()).strays.map(({ key }) => key)).toEqual([`videos/${id}/a1/ladder/240p/1.m4s`])
})

test('a database of an older version is told as such and left as it is', async () => {
  await sql`create database older`.execute(site.catalog.database)
  const url = new URL(site.databaseUrl)
  url.pathname = '/older'
  const { stderr, code } = await reconcile(url.href, site.folder)
  expect([code, stderr.trim()]).toEqual([1, 'The database is of an older version: start the system once (npm start).'])
  const older = openDatabase({ databaseUrl: url.href, onError: console.error })
  const { rows } = await sql`select 1 from pg_tables where schemaname = 'public'`.execute(older.database)
  await older.database.destroy()
  expect(rows).toEqual([])
})
