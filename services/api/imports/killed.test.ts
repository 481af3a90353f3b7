import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileServer, type ImportSite, startImportSite } from '#support/import-site.ts'
import { until } from '#support/until.ts'

let site: ImportSite
const film = randomBytes(4_000_000)
const worker = fileURLToPath(new URL('../../../tests/support/import-worker.ts', import.meta.url))

beforeAll(async () => {
  site = await startImportSite()
})
afterAll(() => site?.end())

function cancel(videoId: string): Promise<boolean> {
  const video = site.catalog.database.deleteFrom('video').where('id', '=', videoId)
  return video.execute().then(
    () => true,
    () => false,
  )
}

test('a program that is killed in the middle loses nothing: the next one goes on there, and one video is made once', async () => {
  const rest = fileServer(film)
  let answers = 0
  const url = await site.serve((request, response) => {
    if (answers++ > 0) return rest.listener(request, response)
    // Half, and then nothing more while the line stays open.
    response.writeHead(200, { 'Content-Length': film.length, ETag: '"one"' })
    response.write(film.subarray(0, 2_000_000))
  })
  const ownerId = await site.addPerson()
  const videoId = await site.ask(`${url}/film.mp4`, { ownerId })
  const settings = JSON.stringify({ ...site.config, databaseUrl: site.databaseUrl })
  const program = spawn(process.execPath, [worker, settings], { stdio: ['ignore', 'ignore', 'inherit'] })
  await until(
    () => site.read(videoId),
    ({ receivedBytes }) => receivedBytes === 2_000_000,
  )
  program.kill('SIGKILL')
  await once(program, 'exit')

  const imports = await site.start()
  // It is the dead program's for some seconds yet.
  expect(await site.read(videoId)).toMatchObject({ state: 'fetching' })
  await sql`UPDATE import SET held_until = now()`.execute(site.catalog.database)
  imports.wake()
  expect(await site.ended(videoId)).toMatchObject({ state: 'stored', receivedBytes: film.length })
  expect(rest.asked).toEqual([{ range: 'bytes=2000000-', ifRange: '"one"' }])
  const video = await site.video(videoId)
  const { body } = await site.storage.get(video.source_key!)
  expect(Buffer.concat(await body.toArray()).equals(film)).toBe(true)
  expect(await site.everything()).toEqual([video.source_key])
  const videos = await site.catalog.database.selectFrom('video').select('id').execute()
  expect(videos).toEqual([{ id: videoId }])
})

test('what a program left that was killed after a cancel is removed by the next one; all else stays', async () => {
  let isHeld = false
  const url = await site.serve((_request, response) => {
    isHeld = true
    response.writeHead(200, { 'Content-Length': film.length, ETag: '"one"' })
    response.write(film.subarray(0, 100_000))
  })
  const ownerId = await site.addPerson()
  const before = await site.everything()
  const videos = [await site.ask(url, { ownerId }), await site.ask(url, { ownerId })]
  const settings = JSON.stringify({ ...site.config, databaseUrl: site.databaseUrl })
  const program = spawn(process.execPath, [worker, settings], { stdio: ['ignore', 'ignore', 'inherit'] })
  await until(
    () => Promise.all(videos.map((id) => site.read(id))),
    (all) => isHeld && all.every(({ receivedBytes }) => receivedBytes === 100_000),
  )
  program.kill('SIGKILL')
  await once(program, 'exit')
  const both = await site.everything()
  // What the killed program was about to note may stand against it for a moment.
  await until(
    () => cancel(videos[0]!),
    (isCancelled) => isCancelled,
  )
  await site.start()
  // A file and its note each.
  expect(both).toHaveLength(before.length + 4)
  await until(
    () => site.everything(),
    (left) => left.length === before.length + 2,
  )
  await site.catalog.database.deleteFrom('video').where('id', '=', videos[1]!).execute()
})

test.each(['after the bytes were taken over', 'after the video had them'])(
  'killed %s, it ends as one',
  async (when) => {
    const server = fileServer(film)
    const url = await site.serve(server.listener)
    const ownerId = await site.addPerson()
    const imports = await site.start()
    const videoId = await site.ask(`${url}/film.mp4`, { ownerId })
    imports.wake()
    await site.ended(videoId)
    const { source_key, upload_id } = await site.video(videoId)
    await site.stop(imports)
    const asked = server.asked.length

    // As the database looks when the process ended at that moment.
    await site.catalog.database
      .updateTable('import')
      .set({ state: 'fetching', url: `${url}/film.mp4`, upload_id })
      .where('video_id', '=', videoId)
      .execute()
    if (when.startsWith('after the bytes'))
      await site.catalog.database
        .updateTable('video')
        .set({ status: 'uploading', upload_id: null, source_key: null })
        .where('id', '=', videoId)
        .execute()
    await site.start()
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored' })
    const video = await site.video(videoId)
    expect(video.status).toBe('queued')
    if (when.startsWith('after the video')) {
      expect(video.source_key).toBe(source_key)
      expect(server.asked).toHaveLength(asked)
    }
    const { sizeBytes } = (await site.storage.head(video.source_key!))!
    expect(sizeBytes).toBe(film.length)
  },
)
