import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signUp } from '#support/person.ts'
import { tusClient } from '#support/tus.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

let api: UploadApi

beforeAll(async () => {
  api = await startUploadApi({ MAX_UPLOAD_BYTES: '1000000', UNFINISHED_UPLOADS: '1000', UPLOAD_IDLE_SECONDS: '1' })
})
afterAll(() => api?.stop())

async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(join(api.folder, 'uploads'))
  return names.filter((name) => name.startsWith(path.split('/').at(-1)!))
}

async function storedOf(path: string): Promise<string> {
  const video = (await api.videos()).find(({ upload_id }) => upload_id === path.split('/').at(-1))
  return api.storedHash(video!)
}

describe('tus, as its specification and other servers’ tests have it', () => {
  test('a wrong offset is 409, and HEAD tells the right one', async () => {
    const path = await api.tus.begin(10)
    expect((await api.tus.patch(path, 0, Buffer.from('hello'))).status).toBe(204)
    expect((await api.tus.patch(path, 3, Buffer.from('lo'))).status).toBe(409)
    expect(await api.tus.offset(path)).toBe(5)
  })

  test('more than the length is 413, with or without being announced, and the upload can still be finished', async () => {
    const path = await api.tus.begin(10)
    await api.tus.patch(path, 0, Buffer.from('hello'))
    expect((await api.tus.patch(path, 5, Buffer.alloc(6))).status).toBe(413)
    expect((await api.tus.patch(path, 5, Readable.from([Buffer.alloc(6)]))).status).toBe(413)
    expect(await api.tus.offset(path)).toBe(5)
    expect((await api.tus.patch(path, 5, Buffer.from('world'))).headers['x-video-id']).toBeTruthy()
    expect(await storedOf(path)).toBe(sha256(Buffer.from('helloworld')))
  })

  test('a file over the limit is 413 before its first byte, an empty one 400', async () => {
    expect((await api.tus.create(1_000_001)).status).toBe(413)
    expect(await api.tus.create(0)).toMatchObject({ status: 400, code: 'file_empty' })
  })

  test('of two writers at once one goes on, and the bytes are those of the file', async () => {
    const bytes = randomBytes(400_000)
    const path = await api.tus.begin(bytes.length)
    const answers = await Promise.all([api.tus.patch(path, 0, bytes), api.tus.patch(path, 0, bytes)])
    // Who was there first may be asked to let go in the middle; nobody writes into what the other wrote.
    // Or all is done before the second has its turn.
    for (const { status } of answers) expect([204, 400, 409, 410, 423]).toContain(status)
    const kept = await api.tus.offset(path)
    if (kept < bytes.length) expect((await api.tus.patch(path, kept, bytes.subarray(kept))).status).toBe(204)
    expect(await storedOf(path)).toBe(sha256(bytes))
  })

  test('another person’s upload does not exist, whatever is asked of it', async () => {
    const path = await api.tus.begin(5)
    const mallory = tusClient(api.port, (await signUp(api.url, 'Mallory')).cookie)
    const answers = [await mallory.ask('HEAD', path), await mallory.patch(path, 0, Buffer.from('evil!'))]
    answers.push(await mallory.ask('DELETE', path), await mallory.ask('GET', `${path}/video`))
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect(await api.tus.offset(path)).toBe(0)
    expect((await tusClient(api.port, '').ask('HEAD', path)).status).toBe(401)
  })

  test.each(['..%2f..%2fetc%2fpasswd', '%00', 'x.json', '..', 'a'.repeat(4_000)])(
    'an id that is no id is none: %s',
    async (id) => {
      for (const method of ['HEAD', 'PATCH', 'DELETE']) {
        const headers = { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }
        const { status } = await api.tus.ask(method, `/api/uploads/${id}`, headers)
        expect([400, 404]).toContain(status)
      }
    },
  )

  test('bad metadata is 400, a title in any script is kept', async () => {
    const create = (metadata: string) =>
      api.tus.ask('POST', '/api/uploads', { 'Upload-Length': '5', 'Upload-Metadata': metadata })
    expect((await create('filename ***')).status).toBe(400)
    expect((await create('visibility c2VjcmV0')).status).toBe(400)
    expect((await create(`filename ${'QUFB'.repeat(3_000)}`)).status).toBe(400)
    const path = await api.tus.begin(5, { filename: 'x.mp4', title: '西湖 🛶 Überfahrt' })
    const { headers } = await api.tus.patch(path, 0, Buffer.from('hello'))
    expect((await api.person.video(String(headers['x-video-id']))).title).toBe('西湖 🛶 Überfahrt')
  })

  test('a length that is told last is held to the same limits', async () => {
    const begin = async () =>
      (await api.tus.ask('POST', '/api/uploads', { 'Upload-Defer-Length': '1' })).headers.location!
    const empty = await begin()
    expect(await api.tus.patch(empty, 0, Buffer.alloc(0), { 'Upload-Length': '0' })).toMatchObject({
      code: 'file_empty',
    })
    expect(await filesOf(empty)).toEqual([])
    const huge = await begin()
    expect((await api.tus.patch(huge, 0, Buffer.alloc(5), { 'Upload-Length': '1000001' })).status).toBe(413)
    expect((await api.tus.patch(huge, 0, Buffer.from('hello'), { 'Upload-Length': '5' })).status).toBe(204)
  })

  test('tus’s own way of joining uploads is refused in plain words, and begins nothing', async () => {
    for (const concat of ['partial', 'final;/api/uploads/a /api/uploads/b']) {
      const answer = await api.tus.ask('POST', '/api/uploads', { 'Upload-Length': '5', 'Upload-Concat': concat })
      expect(answer).toMatchObject({ status: 400, code: 'bad_request' })
    }
    const options = await api.tus.ask('OPTIONS', '/api/uploads')
    expect(options.headers['tus-extension']).not.toContain('concatenation')
  })

  test('what is asked in another version of the protocol is 412', async () => {
    const path = await api.tus.begin(5)
    expect((await api.person.request(path, { method: 'HEAD' })).status).toBe(412)
  })

  test('an upload tells when it expires, is 410 from then on, and can be given up', async () => {
    const created = await api.tus.create(5)
    const path = created.headers.location!
    const daysLeft = (Date.parse(String(created.headers['upload-expires'])) - Date.now()) / 86_400_000
    expect(daysLeft).toBeCloseTo(7, 2)
    const note = join(api.folder, 'uploads', `${path.split('/').at(-1)}.json`)
    const known = JSON.parse(await readFile(note, 'utf8')) as { creation_date: string }
    const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000)
    await writeFile(note, JSON.stringify({ ...known, creation_date: eightDaysAgo.toISOString() }))
    // What was begun then and has got bytes since goes on.
    expect((await api.tus.ask('HEAD', path)).status).toBe(200)
    await utimes(note.replace('.json', ''), eightDaysAgo, eightDaysAgo)
    expect((await api.tus.ask('HEAD', path)).status).toBe(410)
    expect((await api.tus.patch(path, 0, Buffer.from('hello'))).status).toBe(410)
    expect((await api.tus.ask('DELETE', path)).status).toBe(204)
    expect(await filesOf(path)).toEqual([])
    expect((await api.tus.ask('HEAD', path)).status).toBe(404)
  })

  test('bytes that are not those of their checksum are 460 and count for nothing', async () => {
    const path = await api.tus.begin(10)
    const checksum = (bytes: string, name = 'sha256') =>
      ({ 'Upload-Checksum': `${name} ${createHash(name).update(bytes).digest('base64')}` }) as Record<string, string>
    const options = await api.tus.ask('OPTIONS', '/api/uploads')
    expect(options.headers).toMatchObject({ 'tus-checksum-algorithm': 'sha1,sha256' })
    expect(options.headers['tus-extension']).toContain('checksum')
    const wrong = await api.tus.patch(path, 0, Buffer.from('hellO'), checksum('hello'))
    expect(wrong).toMatchObject({ status: 460, code: 'checksum_mismatch' })
    expect(await api.tus.offset(path)).toBe(0)
    expect((await api.tus.patch(path, 0, Buffer.from('hello'), checksum('hello'))).status).toBe(204)
    expect((await api.tus.patch(path, 5, Buffer.from('world'), { 'Upload-Checksum': 'crc32 AAAA' })).status).toBe(400)
    expect((await api.tus.patch(path, 5, Buffer.from('world'), checksum('world', 'sha1'))).status).toBe(204)
    expect(await storedOf(path)).toBe(sha256(Buffer.from('helloworld')))
  })

  test('bytes whose checksum could not be compared, because the server was killed, are not counted', async () => {
    const path = await api.tus.begin(10)
    await api.tus.patch(path, 0, Buffer.from('hello'))
    const id = path.split('/').at(-1)!
    // As a kill leaves it between writing and comparing.
    await writeFile(join(api.folder, 'uploads', `${id}.sure`), '5')
    await writeFile(join(api.folder, 'uploads', id), 'helloXXXXX')
    expect(await api.tus.offset(path)).toBe(5)
    expect((await api.tus.patch(path, 5, Buffer.from('world'))).status).toBe(204)
    expect(await storedOf(path)).toBe(sha256(Buffer.from('helloworld')))
  })
})

test('a kill right after an upload became a video leaves nothing of it among what is unfinished', async () => {
  const path = await api.tus.begin(10)
  const note = join(api.folder, 'uploads', `${path.split('/').at(-1)}.json`)
  const text = await readFile(note)
  expect((await api.tus.patch(path, 0, randomBytes(10))).headers['x-video-id']).toBeTruthy()
  expect(await filesOf(path)).toEqual([])
  await writeFile(note, text)
  await api.restart()
  // It is looked after beside serving.
  await until(
    () => filesOf(path),
    (names) => names.length === 0,
  )
  expect((await api.tus.ask('HEAD', path)).headers['x-video-id']).toBeTruthy()
})
