import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileServer, type ImportSite, startImportSite } from '#support/import-site.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'

const film = randomBytes(300_000)

let s3: TestS3
let site: ImportSite

beforeAll(async () => {
  s3 = await startS3()
  site = await startImportSite(s3.url)
})
afterAll(async () => {
  await site?.end()
  await s3?.stop()
})

test('a file that is here whole is kept while the bucket refuses it, and stored once it is taken, by whatever process', async () => {
  let refusals = 0
  s3.intercept = (request, response) => {
    if (request.method !== 'POST' || !request.url!.includes('uploadId=')) return false
    refusals++
    request.resume()
    response.writeHead(403).end('<Error><Code>InvalidAccessKeyId</Code></Error>')
    return true
  }
  const server = fileServer(film)
  const ownerId = await site.addPerson()
  const videoId = await site.ask(`${await site.serve(server.listener)}/film.mp4`, { ownerId })
  const imports = await site.start()
  imports.wake()
  await until(
    async () => {
      // Instead of its own look every few seconds.
      imports.wake()
      return refusals
    },
    (count) => count > 3,
  )
  expect(await site.read(videoId)).toMatchObject({ state: 'fetching', failure: null })
  await site.stop(imports)

  s3.intercept = () => false
  await site.start()
  expect(await site.ended(videoId)).toMatchObject({ state: 'stored', receivedBytes: film.length })
  expect(await site.video(videoId)).toMatchObject({ status: 'queued', source_bytes: String(film.length) })
  // It was fetched once, and the tries are those of the file.
  expect(server.asked).toHaveLength(1)
})
