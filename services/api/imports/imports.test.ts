import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { fileServer, type ImportSite, startImportSite } from '#support/import-site.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'
import type { Imports } from './imports.ts'
import { retryImport } from './stored-imports.ts'

const film = randomBytes(3_000_000)

describe.each(['on disk', 'in S3'])('%s', (where) => {
  let s3: TestS3 | undefined
  let site: ImportSite
  let ownerId: string
  let imports: Imports

  beforeAll(async () => {
    if (where === 'in S3') s3 = await startS3()
    site = await startImportSite(s3?.url)
    imports = await site.start()
  })
  afterAll(async () => {
    await site?.end()
    await s3?.stop()
  })
  beforeEach(async () => {
    ownerId = await site.addPerson()
  })

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

  test('a file arrives whole, its video is queued once, and nothing else is left', async () => {
    const url = await site.serve(fileServer(film).listener)
    const before = await site.everything()
    const videoId = await fetched(`${url}/films/My%20film.mp4?secret=1`)
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored', receivedBytes: film.length, failure: null })
    const video = await site.video(videoId)
    expect(video).toMatchObject({ status: 'queued', source_name: 'My film.mp4', source_bytes: String(film.length) })
    expect((await sourceOf(videoId)).equals(film)).toBe(true)
    expect(await site.everything()).toEqual(expect.arrayContaining([...before, video.source_key]))
    expect(await site.everything()).toHaveLength(before.length + 1)
    // Addresses may hold secrets.
    const row = await site.catalog.database.selectFrom('import').select('url').where('video_id', '=', videoId).execute()
    expect(row).toEqual([{ url: '' }])
  })

  test('after a cut it goes on by Range, with the ETag in If-Range, and the bytes are right', async () => {
    const server = fileServer(film, { breakAfter: (_request, nth) => (nth < 2 ? 1_200_000 : null) })
    const videoId = await fetched(await site.serve(server.listener))
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored' })
    expect((await sourceOf(videoId)).equals(film)).toBe(true)
    expect(server.asked).toHaveLength(3)
    expect(server.asked[0]!.range).toBeUndefined()
    expect(server.asked[2]).toMatchObject({ range: expect.stringMatching(/^bytes=\d{6,7}-$/), ifRange: '"one"' })
  })

  test('a file without an ETag is fetched anew after a cut', async () => {
    const server = fileServer(film, { etag: '', breakAfter: (_request, nth) => (nth < 1 ? 500_000 : null) })
    const videoId = await fetched(await site.serve(server.listener))
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored' })
    expect((await sourceOf(videoId)).equals(film)).toBe(true)
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, undefined])
  })

  test('a file that changed meanwhile is fetched anew, not glued together', async () => {
    const other = randomBytes(film.length)
    let isChanged = false
    const before = fileServer(film, { breakAfter: () => 1_000_000 })
    const after = fileServer(other, { etag: '"two"' })
    const url = await site.serve((request, response) => {
      if (isChanged) return after.listener(request, response)
      isChanged = true
      before.listener(request, response)
    })
    const videoId = await fetched(url)
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored' })
    expect((await sourceOf(videoId)).equals(other)).toBe(true)
  })

  test('a file of a size that nobody tells arrives whole', async () => {
    const url = await site.serve((_request, response) => {
      response.write(film.subarray(0, 1_000_000))
      response.end(film.subarray(1_000_000))
    })
    const videoId = await fetched(url)
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored', totalBytes: film.length })
    expect((await sourceOf(videoId)).equals(film)).toBe(true)
  })

  test('a program that stops hands its import back, and the next one goes on where it ended', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const rest = fileServer(film)
    let first = true
    const url = await site.serve(async (request, response) => {
      if (!first) return rest.listener(request, response)
      first = false
      response.writeHead(200, { 'Content-Length': film.length, ETag: '"one"' })
      response.write(film.subarray(0, 1_500_000))
      await held
    })
    const patient = await site.start({ idleMs: 60_000, slowMs: 60_000 })
    await site.stop(imports)
    const videoId = await site.ask(url, { ownerId })
    patient.wake()
    await until(
      () => site.read(videoId),
      ({ receivedBytes }) => receivedBytes === 1_500_000,
    )
    await site.stop(patient)
    release()
    imports = await site.start()
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored' })
    expect((await sourceOf(videoId)).equals(film)).toBe(true)
    if (where === 'on disk') expect(rest.asked[0]).toMatchObject({ range: 'bytes=1500000-', ifRange: '"one"' })
  })

  test('whoever deletes the video ends its import, and its bytes go', async () => {
    const before = await site.everything()
    let isLeft = false
    const url = await site.serve((request, response) => {
      request.socket.once('close', () => {
        isLeft = true
      })
      response.writeHead(200, { 'Content-Length': 40_000_000 })
      const pour = setInterval(() => response.write(film.subarray(0, 100_000)), 20)
      response.once('close', () => clearInterval(pour))
    })
    const videoId = await fetched(url)
    await until(
      () => site.read(videoId),
      ({ receivedBytes }) => receivedBytes > 0,
    )
    await site.catalog.database.deleteFrom('video').where('id', '=', videoId).execute()
    await until(async () => isLeft, Boolean)
    expect(
      await until(
        () => site.everything(),
        (keys) => keys.length === before.length,
      ),
    ).toEqual(before)
  })

  test('a line that breaks each time ends with a sentence, and the bytes that came go', async () => {
    const before = await site.everything()
    const server = fileServer(film, { breakAfter: () => 10_000 })
    const videoId = await fetched(await site.serve(server.listener))
    expect(await site.ended(videoId)).toMatchObject({ failure: { code: 'import_unreachable' } })
    expect(server.asked.length).toBeGreaterThan(2)
    expect(await site.everything()).toEqual(before)
  })

  // What fails fails before storage is asked for anything of its own; S3 has a case with bytes above.
  describe.runIf(where === 'on disk')('ends with a sentence and leaves nothing behind:', () => {
    const endless: Parameters<ImportSite['serve']>[0] = (_request, response) => {
      const pour = () => {
        while (!response.destroyed && response.write(film));
      }
      response.on('drain', pour)
      pour()
    }
    test.each<[string, Parameters<ImportSite['serve']>[0], string]>([
      ['a file that is not there', (_q, r) => r.writeHead(404).end('secret'), 'import_not_found'],
      ['a file for members', (_q, r) => r.writeHead(403).end('secret'), 'import_denied'],
      ['a site in trouble', (_q, r) => r.writeHead(500).end('secret'), 'import_unreachable'],
      ['an empty file', (_q, r) => r.writeHead(200).end(), 'file_empty'],
      [
        'a web page',
        (_q, r) => r.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<p>A film</p>'),
        'import_web_page',
      ],
      [
        'a web page that calls itself a video',
        (_q, r) => r.writeHead(200, { 'Content-Type': 'video/mp4' }).end('\n<!DOCTYPE html><html></html>'),
        'import_web_page',
      ],
      [
        'a file said to be too large',
        (_q, r) => r.writeHead(200, { 'Content-Length': 50_000_001 }).end('x'),
        'import_too_large',
      ],
      ['a body without an end', endless, 'import_too_large'],
      [
        'a packed body, whatever it unfolds into',
        (_q, r) => r.writeHead(200, { 'Content-Encoding': 'gzip' }).end(randomBytes(1_000)),
        'import_compressed',
      ],
      [
        'a body shorter than it was said to be',
        (_q, r) => {
          r.writeHead(200, { 'Content-Length': 2_000_000 })
          r.write(film.subarray(0, 1_000), () => r.socket!.destroy())
        },
        'import_unreachable',
      ],
      ['a server that says nothing', () => {}, 'import_unreachable'],
      [
        'a server that falls silent',
        (_q, r) => r.writeHead(200, { 'Content-Length': 2_000_000 }).write('x'),
        'import_breaks',
      ],
      [
        'a server that drips',
        (_q, r) => {
          r.writeHead(200, { 'Content-Length': 2_000_000, ETag: '"one"' })
          const drip = setInterval(() => r.write('x'), 50)
          r.once('close', () => clearInterval(drip))
        },
        'import_breaks',
      ],
      ['redirects in a circle', (_q, r) => r.writeHead(302, { Location: '/' }).end(), 'import_redirects'],
      [
        'a redirect to a private address',
        (_q, r) => r.writeHead(302, { Location: 'http://169.254.169.254/latest/' }).end(),
        'import_private',
      ],
      ['a redirect to a file', (_q, r) => r.writeHead(302, { Location: 'file:///etc/passwd' }).end(), 'import_scheme'],
    ])('%s', async (_name, listener, code) => {
      const before = await site.everything()
      const videoId = await fetched(await site.serve(listener))
      const { state, failure } = await site.ended(videoId)
      expect({ state, code: failure?.code }).toEqual({ state: 'failed', code })
      expect(failure!.message).toMatch(/^[A-Z][^<]{10,}\.$/)
      expect(failure!.message).not.toContain('secret')
      expect(await site.video(videoId)).toMatchObject({ status: 'failed', failure_code: code, source_key: null })
      expect(await site.everything()).toEqual(before)
    })
  })

  test('a failed import is tried again for the same video', async () => {
    let isThere = false
    const file = fileServer(film)
    const url = await site.serve((request, response) => {
      if (isThere) return file.listener(request, response)
      response.writeHead(404).end()
    })
    const videoId = await fetched(url)
    expect(await site.ended(videoId)).toMatchObject({ state: 'failed' })
    isThere = true
    await retryImport(site.catalog.database, videoId, 10)
    expect(await site.video(videoId)).toMatchObject({ status: 'uploading', failure_code: null })
    imports.wake()
    expect(await site.ended(videoId)).toMatchObject({ state: 'stored', failure: null })
    expect((await sourceOf(videoId)).equals(film)).toBe(true)
  })
})

describe('what a person may ask for', () => {
  let site: ImportSite

  beforeAll(async () => {
    site = await startImportSite()
  })
  afterAll(() => site?.end())

  test('the same key makes one import, however often and at once it is sent', async () => {
    const ownerId = await site.addPerson()
    const ask = () => site.ask('http://127.0.0.1:1/', { ownerId, idempotencyKey: 'k' })
    const videos = await Promise.all([ask(), ask(), ask()])
    expect(new Set([...videos, await ask()]).size).toBe(1)
    const other = await site.addPerson()
    expect(await site.ask('http://127.0.0.1:1/', { ownerId: other, idempotencyKey: 'k' })).not.toBe(videos[0])
  })

  test('so many an hour, also of those who ask at once, delete in between or try again', async () => {
    const ownerId = await site.addPerson()
    const ask = () => site.ask('http://127.0.0.1:1/', { ownerId, perHour: 3 })
    const asked = await Promise.allSettled([ask(), ask(), ask(), ask()])
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    const refused = asked.find((result) => result.status === 'rejected')
    expect(refused?.reason).toMatchObject({ code: 'too_many_imports' })
    await site.catalog.database.deleteFrom('video').where('owner_id', '=', ownerId).execute()
    await expect(ask()).rejects.toBeInstanceOf(AppError)
  })

  test('none at all, where that is how it is set', async () => {
    const ownerId = await site.addPerson()
    await expect(site.ask('http://127.0.0.1:1/', { ownerId, perHour: 0 })).rejects.toMatchObject({
      code: 'imports_off',
    })
  })

  test('two are fetched side by side, a third waits for its turn', async () => {
    const ownerId = await site.addPerson()
    let open = 0
    let most = 0
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const url = await site.serve(async (_request, response) => {
      most = Math.max(most, ++open)
      await held
      open--
      response.end('not a web page')
    })
    const videos = [
      await site.ask(url, { ownerId }),
      await site.ask(url, { ownerId }),
      await site.ask(url, { ownerId }),
    ]
    const imports = await site.start({ headMs: 60_000 })
    await until(
      async () => open,
      (now) => now === 2,
    )
    expect((await Promise.all(videos.map((id) => site.read(id)))).map(({ state }) => state)).toEqual([
      'fetching',
      'fetching',
      'waiting',
    ])
    release()
    for (const id of videos) expect(await site.ended(id)).toMatchObject({ state: 'stored' })
    expect(most).toBe(2)
    await site.stop(imports)
  })
})
