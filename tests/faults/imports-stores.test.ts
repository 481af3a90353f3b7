import { randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import { type DatabaseLine, startDatabaseLine } from '#support/fault-proxy.ts'
import { testLimits } from '#support/import-limits.ts'
import { fileServer, type ImportSite, startImportSite } from '#support/import-site.ts'
import { until } from '#support/until.ts'
import { createImports, type Imports } from '../../services/api/imports/imports.ts'
import { openPlace } from '../../services/api/uploads/open-place.ts'
import { createLogger } from '../../services/program/logger.ts'

const film = randomBytes(3_000_000)

let site: ImportSite
let line: DatabaseLine
let catalog: Catalog
let imports: Imports

beforeEach(async () => {
  site = await startImportSite()
  line = await startDatabaseLine(site.databaseUrl)
  catalog = await openCatalog({ databaseUrl: line.url, onError: () => {} })
})
afterEach(async () => {
  await imports?.stop()
  await catalog?.close()
  await line?.stop()
  await site?.end()
})

/** Fetches over the line to the database that goes wrong. */
async function start(): Promise<void> {
  const context = { catalog, config: site.config, storage: site.storage, logger: createLogger('imports', 'silent') }
  imports = createImports(context, await openPlace(context), { ...testLimits, maxBytes: site.config.MAX_UPLOAD_BYTES })
}

async function expectStored(videoId: string): Promise<void> {
  expect(await site.ended(videoId)).toMatchObject({ state: 'stored', failure: null })
  const video = await site.video(videoId)
  expect(video).toMatchObject({ status: 'queued', source_bytes: String(film.length) })
  const { body } = await site.storage.get(video.source_key!)
  expect(Buffer.concat(await body.toArray()).equals(film)).toBe(true)
}

test('the answer to the commit that makes the video is lost: the video keeps its bytes, and the file is fetched once', async () => {
  let isArmed = false
  let cuts = 0
  line.faults = {
    cutsReplyTo(sent) {
      if (!isArmed || !sent.includes('commit')) return false
      isArmed = false
      cuts++
      return true
    },
  }
  line.cutAll('reset')
  const server = fileServer(film)
  const url = await site.serve((request, response) => {
    isArmed = true
    server.listener(request, response)
  })
  const videoId = await site.ask(url, { ownerId: await site.addPerson() })
  await start()
  await expectStored(videoId)
  expect([cuts, server.asked.length]).toEqual([1, 1])
})

test('the database goes away while the file comes: all of it is taken, nothing is thrown away, nobody is blamed, and it ends by itself', async () => {
  let asked = 0
  const url = await site.serve(async (_request, response) => {
    asked++
    response.writeHead(200, { 'Content-Length': film.length, ETag: '"one"' })
    response.write(film.subarray(0, 1_000_000))
    await until(sizes, (all) => all.some((size) => size > 0))
    line.faults = { cutAfterBytes: 1, cut: 'reset' }
    line.cutAll('reset')
    response.end(film.subarray(1_000_000))
  })
  const videoId = await site.ask(url, { ownerId: await site.addPerson() })
  await start()
  await until(sizes, (all) => all.includes(film.length))
  expect(await site.read(videoId)).toMatchObject({ state: 'fetching', failure: null })
  line.faults = {}
  line.cutAll('reset')
  await expectStored(videoId)
  expect(asked).toBe(1)
})

/** Of what lies among the unfinished uploads. */
async function sizes(): Promise<number[]> {
  const folder = site.config.UPLOAD_FOLDER
  return Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size))
}
