import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesUnderWay } from '#catalog/unfinished-uploads.ts'
import { fileServer, type ImportSite, startImportSite } from '#support/import-site.ts'
import { until } from '#support/until.ts'
import type { Imports } from './imports.ts'
import { retryImport } from './stored-imports.ts'

const film = randomBytes(3_000_000)

let site: ImportSite
let ownerId: string
let imports: Imports
beforeAll(async () => {
  site = await startImportSite()
  ownerId = await site.addPerson()
  imports = await site.start()
})
afterAll(() => site?.end())

async function fetched(address: string): Promise<string> {
  const videoId = await site.ask(address, { ownerId })
  imports.wake()
  return videoId
}

async function sourceOf(videoId: string): Promise<Buffer> {
  const { source_key } = await site.video(videoId)
  const { body } = await site.storage.get(source_key!)
  return Buffer.concat(await body.toArray())
}

test('an import that failed over a bad line goes on where it ended when it is tried again, for a day', async () => {
  const before = await site.everything()
  let isMended = false
  const server = fileServer(film, {
    breakAfter: (_request, nth) => (isMended ? null : nth === 0 ? 2_000_000 : 10_000),
  })
  const videoId = await fetched(await site.serve(server.listener))
  expect(await site.ended(videoId)).toMatchObject({ state: 'failed', failure: { code: 'import_unreachable' } })
  // The bytes and a note; they count as what their owner keeps.
  expect(await site.everything()).toHaveLength(before.length + 2)
  expect(await bytesUnderWay(site.catalog.database, ownerId, '')).toBeGreaterThan(2_000_000)
  await site.tidy()
  expect(await site.everything()).toHaveLength(before.length + 2)
  isMended = true
  const asked = server.asked.length
  await retryImport(site.catalog.database, videoId, 10)
  imports.wake()
  expect(await site.ended(videoId)).toMatchObject({ state: 'stored', failure: null })
  expect(server.asked.slice(asked)).toEqual([{ range: expect.stringMatching(/^bytes=[2-9]\d{6}-$/), ifRange: '"one"' }])
  expect((await sourceOf(videoId)).equals(film)).toBe(true)
})

test('what is kept of a failed import goes after a day, and with its video, and counts no longer', async () => {
  const ownerId = await site.addPerson()
  const before = await site.everything()
  const breaking = () => fileServer(film, { breakAfter: (_request, nth) => (nth === 0 ? 2_000_000 : 10_000) })
  const fail = async () => {
    const videoId = await site.ask(await site.serve(breaking().listener), { ownerId })
    imports.wake()
    return videoId
  }
  const [old, deleted] = [await fail(), await fail()]
  for (const id of [old, deleted]) expect(await site.ended(id)).toMatchObject({ state: 'failed' })
  expect(await site.everything()).toHaveLength(before.length + 4)
  expect(await bytesUnderWay(site.catalog.database, ownerId, '')).toBeGreaterThan(4_000_000)
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000)
  const { database } = site.catalog
  await database.updateTable('import').set({ updated_at: yesterday }).where('video_id', '=', old).execute()
  await database.deleteFrom('video').where('id', '=', deleted).execute()
  await site.tidy()
  expect(await site.everything()).toHaveLength(before.length)
  expect(await bytesUnderWay(database, ownerId, '')).toBe(0)
})

test('the bytes of an import whose video is deleted while they come in are gone from its owner’s quota at once', async () => {
  const ownerId = await site.addPerson()
  const { database } = site.catalog
  // A film of which more comes for as long as this test may need.
  const address = await site.serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'video/mp4' })
    const more = setInterval(() => response.write(film.subarray(0, 50_000)), 50)
    response.once('close', () => clearInterval(more))
  })
  const before = await site.everything()
  const videoId = await site.ask(address, { ownerId })
  imports.wake()
  await until(
    () => bytesUnderWay(database, ownerId, ''),
    (bytes) => bytes > 50_000,
  )
  await database.deleteFrom('video').where('id', '=', videoId).execute()
  await until(
    () => bytesUnderWay(database, ownerId, ''),
    (bytes) => bytes === 0,
  )
  expect(await site.everything()).toEqual(before)
})
