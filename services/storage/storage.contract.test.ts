import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3 } from '#support/s3.ts'
import { openStorage } from './open-storage.ts'
import type { ObjectInfo, Storage } from './storage.ts'

const places = [
  { name: 'a folder on disk', start: startDisk },
  { name: 'an S3 bucket', start: startS3 },
]

describe.each(places)('storage in $name', ({ start }) => {
  let place: { url: string; stop(): Promise<void> }
  let storage: Storage
  let local: string
  beforeAll(async () => {
    place = await start()
    storage = await openStorage(place.url)
    local = await mkdtemp(join(tmpdir(), 'qqvideo-local-'))
  })
  afterAll(async () => {
    await storage.close()
    await place.stop()
    await rm(local, { recursive: true })
  })

  test('what was put can be got, with the same description from put, get and head', async () => {
    const put = await storage.put('a/hello.txt', Readable.from(['hel', 'lo']), { contentType: 'text/plain' })
    const { info, body } = await storage.get('a/hello.txt')
    expect(await text(body)).toBe('hello')
    expect(info).toEqual(put)
    expect(await storage.head('a/hello.txt')).toEqual(put)
    expect(put).toMatchObject({ key: 'a/hello.txt', sizeBytes: 5 })
    expect(put.etag).toMatch(/^"[\w-]+"$/)
    expect(Math.abs(put.modifiedAtMs - Date.now())).toBeLessThan(60_000)
  })

  test('bytes in memory and an empty body can be put', async () => {
    await storage.put('a/bytes', new Uint8Array([1, 2, 3]))
    expect(await bytesOf('a/bytes')).toEqual(Buffer.from([1, 2, 3]))
    expect(await storage.put('a/empty', Readable.from([]))).toMatchObject({ sizeBytes: 0 })
    expect(await bytesOf('a/empty')).toEqual(Buffer.alloc(0))
  })

  test('a body of many parts comes back byte for byte', async () => {
    const bytes = someBytes(20 * 1024 * 1024 + 7)
    const info = await storage.put('a/large', inPieces(bytes), { sizeBytes: bytes.length })
    expect(info.sizeBytes).toBe(bytes.length)
    expect((await bytesOf('a/large')).equals(bytes)).toBe(true)
  })

  test('a range gives those bytes and the size of the whole', async () => {
    await storage.put('a/range', Buffer.from('0123456789'))
    const { info, body } = await storage.get('a/range', { start: 2, end: 5 })
    expect(await text(body)).toBe('2345')
    expect(info.sizeBytes).toBe(10)
    expect(await text((await storage.get('a/range', { start: 9, end: 9 })).body)).toBe('9')
  })

  test('putting again replaces the object and changes its etag', async () => {
    const first = await storage.put('a/again', Buffer.from('one'))
    const second = await storage.put('a/again', Buffer.from('two'))
    expect(second.etag).not.toBe(first.etag)
    expect(await bytesOf('a/again')).toEqual(Buffer.from('two'))
  })

  test('what is not there is not_found to get and download, and null to head', async () => {
    await expect(storage.get('a/nothing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(storage.get('a/hello.txt/below')).rejects.toMatchObject({ code: 'not_found' })
    await expect(storage.download('a/nothing', join(local, 'nothing'))).rejects.toMatchObject({ code: 'not_found' })
    expect(await storage.head('a/nothing')).toBeNull()
    expect(await storage.head('a')).toBeNull()
    expect(await readdir(local)).not.toContain('nothing')
  })

  test.each([
    '',
    '/a',
    'a/',
    'a//b',
    '../a',
    'a/../b',
    'a/./b',
    '.hidden',
    'a b',
    'a%2fb',
    'a\\b',
    'a\0b',
    'ä',
    'x'.repeat(900),
  ])('the key %j is refused everywhere', async (key) => {
    const refusal = { code: 'bad_request' }
    await expect(storage.put(key, Buffer.from('x'))).rejects.toMatchObject(refusal)
    await expect(storage.get(key)).rejects.toMatchObject(refusal)
    await expect(storage.head(key)).rejects.toMatchObject(refusal)
    await expect(storage.adoptFile(key, join(local, 'any'))).rejects.toMatchObject(refusal)
    await expect(storage.download(key, join(local, 'any'))).rejects.toMatchObject(refusal)
    await expect(storage.deletePrefix(key)).rejects.toMatchObject(refusal)
  })

  test('a body that fails leaves nothing visible, and its error is thrown as it was', async () => {
    const failure = new Error('the sender went away')
    async function* cut() {
      yield someBytes(9 * 1024 * 1024)
      throw failure
    }
    await expect(storage.put('cut/error', Readable.from(cut()))).rejects.toBe(failure)
    expect(await storage.head('cut/error')).toBeNull()
  })

  test('a body that is destroyed in the middle leaves nothing visible', async () => {
    const body = new PassThrough()
    const put = storage.put('cut/destroyed', body)
    body.write(someBytes(100_000))
    body.destroy()
    await expect(put).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    expect(await storage.head('cut/destroyed')).toBeNull()
  })

  test.each([4, 6])(
    'a body that is not as long as promised (%i for 5 bytes) is upload_incomplete',
    async (sizeBytes) => {
      const put = storage.put('cut/size', Readable.from([Buffer.from('12345')]), { sizeBytes })
      await expect(put).rejects.toMatchObject({ code: 'upload_incomplete' })
      expect(await storage.head('cut/size')).toBeNull()
    },
  )

  test('a refused put destroys the body, so that nobody waits for a reader', async () => {
    const body = new PassThrough()
    body.write('more than one byte')
    await expect(storage.put('cut/long', body, { sizeBytes: 1 })).rejects.toMatchObject({ code: 'upload_incomplete' })
    if (!body.closed) await once(body, 'close')
    expect(body.destroyed).toBe(true)
  })

  test('taking over a file stores it and removes it, and doing so again is the same', async () => {
    const path = join(local, 'finished')
    await writeFile(path, 'a finished file')
    const info = await storage.adoptFile('adopted/file', path)
    expect(await bytesOf('adopted/file')).toEqual(Buffer.from('a finished file'))
    expect(await readdir(local)).not.toContain('finished')
    expect(await storage.adoptFile('adopted/file', path)).toEqual(info)
  })

  test('taking over again after a crash between storing and removing ends in the same state', async () => {
    const path = join(local, 'left-over')
    await storage.put('adopted/twice', Buffer.from('the same bytes'))
    await writeFile(path, 'the same bytes')
    await storage.adoptFile('adopted/twice', path)
    expect(await bytesOf('adopted/twice')).toEqual(Buffer.from('the same bytes'))
    expect(await readdir(local)).not.toContain('left-over')
  })

  test('taking over a file that never was is not_found', async () => {
    await expect(storage.adoptFile('adopted/never', join(local, 'never'))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a download has the bytes of the object and leaves no other file', async () => {
    const bytes = someBytes(300_000)
    await storage.put('down/load', bytes)
    await storage.download('down/load', join(local, 'copy'))
    expect((await readFile(join(local, 'copy'))).equals(bytes)).toBe(true)
    expect(await readdir(local)).toEqual(['copy'])
  })

  test('a list has every object under the prefix and none beside it', async () => {
    const keys = ['list/a/1', 'list/a/2', 'list/a/b/3', 'list/ab', 'listed']
    const put = await Promise.all(keys.map((key) => storage.put(key, Buffer.from(key))))
    expect(await listed('list/a')).toEqual(put.slice(0, 3))
    expect((await listed('list')).map((info) => info.key)).toEqual(keys.slice(0, 4))
    expect((await listed('')).map((info) => info.key)).toEqual(expect.arrayContaining(keys))
    expect(await listed('list/nothing')).toEqual([])
  })

  test('deleting a prefix removes what is under it and the object of that name, and nothing beside it', async () => {
    const keys = ['gone/a/1', 'gone/a/b/2', 'gone/ab/3', 'gone/c']
    for (const key of keys) await storage.put(key, Buffer.from(key))
    await storage.deletePrefix('gone/a')
    await storage.deletePrefix('gone/c')
    await storage.deletePrefix('gone/a')
    expect((await listed('gone')).map((info) => info.key)).toEqual(['gone/ab/3'])
  })

  test('what was deleted can be put again', async () => {
    await storage.put('back/again/x', Buffer.from('1'))
    await storage.deletePrefix('back')
    await storage.put('back/again/x', Buffer.from('2'))
    expect(await bytesOf('back/again/x')).toEqual(Buffer.from('2'))
  })

  test('forty puts at once into one new folder all arrive', async () => {
    const keys = Array.from({ length: 40 }, (_, index) => `many/new/${index}`)
    await Promise.all(keys.map((key) => storage.put(key, Buffer.from(key))))
    expect((await listed('many')).map((info) => info.key)).toEqual(keys.toSorted())
  })

  test('a body that is not wanted any more can be destroyed', async () => {
    await storage.put('a/unwanted', someBytes(5_000_000))
    const { body } = await storage.get('a/unwanted')
    body.destroy()
    await once(body, 'close')
    expect((await bytesOf('a/unwanted')).length).toBe(5_000_000)
  })

  test('the check passes and leaves nothing behind', async () => {
    await storage.check()
    expect(await listed('checks')).toEqual([])
  })

  async function bytesOf(key: string): Promise<Buffer> {
    return buffer((await storage.get(key)).body)
  }

  async function listed(prefix: string): Promise<ObjectInfo[]> {
    const found: ObjectInfo[] = []
    for await (const info of storage.list(prefix)) found.push(info)
    return found.sort((a, b) => (a.key < b.key ? -1 : 1))
  }
})

async function startDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-disk-'))
  return { url: `disk://${folder}`, stop: () => rm(folder, { recursive: true }) }
}

function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let index = 0; index < length; index += 4) bytes.writeUInt8((index * 2654435761) >>> 24, index)
  return bytes
}

function inPieces(bytes: Buffer): Readable {
  const pieceBytes = 1_000_003
  const count = Math.ceil(bytes.length / pieceBytes)
  return Readable.from(Array.from({ length: count }, (_, i) => bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes)))
}
