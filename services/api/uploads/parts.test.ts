import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allParts, partPath, partRange, type UploadPart } from '#contract/upload-parts.ts'
import { type FaultProxy, startFaultProxy } from '#support/fault-proxy.ts'
import { signUp } from '#support/person.ts'
import { tusClient } from '#support/tus.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'
import { createLogger } from '../../program/logger.ts'
import { placeOnDisk } from './place-on-disk.ts'
import { sweepUploads } from './sweep-uploads.ts'
import { UploadLocks } from './upload-locks.ts'

const bytes = randomBytes(1_000_003)
const parts = allParts(4)

let api: UploadApi
let line: FaultProxy
beforeAll(async () => {
  api = await startUploadApi({ MAX_UPLOAD_BYTES: '2000000', UNFINISHED_UPLOADS: '3', QUOTA_BYTES: '30000000' })
  line = await startFaultProxy(api.port)
})
afterAll(async () => {
  await line?.stop()
  await api?.stop()
})

async function begin(sizeBytes = bytes.length): Promise<string> {
  const headers = { 'Upload-Length': String(sizeBytes), 'Upload-Parts': '4' }
  const created = await api.tus.ask('POST', '/api/uploads', headers)
  expect([created.status, created.headers['upload-parts']]).toEqual([201, '4'])
  return created.headers.location!
}

function bytesOf(number: number): Buffer {
  const { startByte, endByte } = partRange(bytes.length, { number, count: 4 })
  return bytes.subarray(startByte, endByte)
}

function isThere(file: Buffer, part: UploadPart, sizeBytes: number): boolean {
  const { startByte } = partRange(bytes.length, part)
  const range = [startByte, startByte + sizeBytes] as const
  return file.subarray(...range).equals(bytes.subarray(...range))
}

function send(path: string, number: number, offset = 0, headers: Record<string, string> = {}, tus = api.tus) {
  return tus.patch(path + partPath({ number, count: 4 }), offset, bytesOf(number).subarray(offset), headers)
}

async function storedOf(path: string): Promise<string> {
  const made = (await api.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))
  expect(made).toHaveLength(1)
  return api.storedHash(made[0]!)
}

async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(join(api.folder, 'uploads'))
  return names.filter((name) => name.startsWith(path.split('/').at(-1)!))
}

/** Goes on where each part is, as a good client does. */
async function resume(path: string): Promise<void> {
  for (const part of parts) {
    const offset = await api.tus.offset(path + partPath(part))
    if (offset < bytesOf(part.number).length) expect((await send(path, part.number, offset)).status).toBe(204)
  }
  expect(await storedOf(path)).toBe(sha256(bytes))
  expect(await filesOf(path)).toEqual([])
}

test('the parts of a file are its bytes, none twice, whatever its size', () => {
  for (const sizeBytes of [4, 5, 7, 1_000_003, 1e12 + 1]) {
    const ranges = parts.map((part) => partRange(sizeBytes, part))
    expect(ranges.map(({ startByte }) => startByte)).toEqual([0, ...ranges.slice(0, -1).map(({ endByte }) => endByte)])
    expect(ranges.at(-1)!.endByte).toBe(sizeBytes)
  }
})

test('parts that arrive side by side, in any order, are one upload and one video with the bytes of the file', async () => {
  const path = await begin()
  const answers = await Promise.all([3, 1, 4, 2].map((number) => send(path, number)))
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204])
  expect(answers.filter(({ headers }) => headers['x-video-id']).length).toBeGreaterThan(0)
  expect(await storedOf(path)).toBe(sha256(bytes))
  expect(await filesOf(path)).toEqual([])
})

test('a sender that asks for no parts, or a file with too few bytes, is sent in one', async () => {
  expect((await api.tus.create(10)).headers['upload-parts']).toBeUndefined()
  const headers = { 'Upload-Length': '3', 'Upload-Parts': '4' }
  const { headers: told } = await api.tus.ask('POST', '/api/uploads', headers)
  expect(told['upload-parts']).toBeUndefined()
  expect((await api.tus.patch(told.location!, 0, Buffer.from('abc'))).status).toBe(204)
})

test('each part tells how far it is, the upload how much there is of it in all', async () => {
  const path = await begin()
  await send(path, 2)
  await api.tus.patch(path + partPath(parts[0]!), 0, bytes.subarray(0, 1_000))
  expect(await api.tus.offset(path + partPath(parts[0]!))).toBe(1_000)
  expect(await api.tus.offset(path + partPath(parts[1]!))).toBe(250_000)
  expect(await api.tus.offset(path)).toBe(251_000)
  expect((await send(path, 1, 5)).status).toBe(409)
  expect(await api.tus.patch(path + partPath(parts[2]!), 0, Buffer.alloc(250_001))).toMatchObject({ status: 413 })
  // Nothing is put behind what only counts together.
  expect(await api.tus.patch(path, 251_000, bytes.subarray(251_000))).toMatchObject({
    status: 400,
    code: 'bad_request',
  })
  expect((await api.tus.patch(`${path}/parts/1-of-3`, 0, Buffer.alloc(5))).status).toBe(404)
  expect((await api.tus.ask('HEAD', `${path}/parts/5-of-4`)).status).toBe(404)
  const mallory = tusClient(api.port, (await signUp(api.url, 'Mallory')).cookie)
  expect((await mallory.ask('HEAD', path + partPath(parts[0]!))).status).toBe(404)
  expect((await send(path, 3, 0, {}, mallory)).status).toBe(404)
  await resume(path)
})

test('what is no video is refused with its first part, and the whole upload goes', async () => {
  const path = await begin(1_000)
  const web = Buffer.from(`<!doctype html>${' '.repeat(235)}`)
  expect(await api.tus.patch(path + partPath(parts[0]!), 0, web)).toMatchObject({ status: 415, code: 'not_a_video' })
  expect(await filesOf(path)).toEqual([])
})

test('bytes of a part that are not those of their checksum count for nothing, and harm no other part', async () => {
  const path = await begin()
  await send(path, 1)
  await send(path, 3)
  const digest = createHash('sha256').update(bytesOf(2)).digest('base64')
  const checksum = { 'Upload-Checksum': `sha256 ${digest}` }
  const wrong = await api.tus.patch(path + partPath(parts[1]!), 0, Buffer.alloc(250_000, 1), checksum)
  expect(wrong).toMatchObject({ status: 460, code: 'checksum_mismatch' })
  expect(await api.tus.offset(path + partPath(parts[1]!))).toBe(0)
  expect((await send(path, 2, 0, checksum)).status).toBe(204)
  await resume(path)
})

test('lines that break keep what arrived, and one that dies without a word gives its part back', async () => {
  const path = await begin()
  line.faults = { cutAfterBytes: 100_000, cut: 'silence' }
  const broken = tusClient(() => line.port, api.person.cookie)
  const sent = parts.map(({ number }) => send(path, number, 0, {}, broken).catch(() => {}))
  // A reset takes with it what nobody has read yet.
  await until(
    () => readFile(join(api.folder, 'uploads', path.split('/').at(-1)!)),
    (file) => parts.every((part) => isThere(file, part, 95_000)),
  )
  line.cutAll('reset')
  await Promise.all(sent)
  line.faults = { cutAfterBytes: 50_000, cut: 'silence' }
  const dead = send(path, 1, await api.tus.offset(path + partPath(parts[0]!)), {}, broken).catch(() => {})
  // A new request for it is answered although its line still stands.
  await until(
    () => api.tus.offset(path + partPath(parts[0]!)),
    (offset) => offset > 120_000,
  )
  for (const part of parts) expect(await api.tus.offset(path + partPath(part))).toBeGreaterThan(90_000)
  await resume(path)
  line.cutAll('reset')
  await dead
})

test('a kill in the middle keeps what was told of, and the last answer may be lost', async () => {
  const path = await begin()
  await send(path, 2)
  const half = Readable.from(
    (async function* () {
      yield bytes.subarray(0, 100_000)
      await api.exited()
    })(),
  )
  const dying = api.tus.patch(path + partPath(parts[0]!), 0, half, { 'Content-Length': '250000' }).catch(() => {})
  await until(
    () => readFile(join(api.folder, 'uploads', path.split('/').at(-1)!)),
    (read) => read.subarray(0, 100_000).equals(bytes.subarray(0, 100_000)),
  )
  await api.restart()
  await dying
  expect(await api.tus.offset(path + partPath(parts[1]!))).toBe(250_000)
  for (const number of [1, 3]) await send(path, number, await api.tus.offset(path + partPath({ number, count: 4 })))
  line.faults = { isCutOnReply: true }
  await expect(
    send(
      path,
      4,
      0,
      {},
      tusClient(() => line.port, api.person.cookie),
    ),
  ).rejects.toThrow()
  const { headers } = await api.tus.ask('HEAD', path + partPath(parts[3]!))
  expect(headers).toMatchObject({ 'upload-offset': '250003', 'upload-length': '250003' })
  expect(headers['x-video-id']).toBeTruthy()
  await resume(path)
})

test('an upload in parts is one of those that a person may have unfinished, and is given up as one', async () => {
  const unfinished = async () =>
    (await api.catalog.database.selectFrom('unfinished_upload').selectAll().execute()).length
  const before = await unfinished()
  const path = await begin()
  await send(path, 2)
  expect(await unfinished()).toBe(before + 1)
  expect((await api.tus.ask('DELETE', path)).status).toBe(204)
  expect(await filesOf(path)).toEqual([])
  expect((await api.tus.ask('HEAD', path + partPath(parts[1]!))).status).toBe(404)
  await until(unfinished, (count) => count === before)
})

test('an upload that is taken back while all its parts arrive leaves nothing, although what came of them would be kept', async () => {
  const path = await begin()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  const half = ({ number }: UploadPart) =>
    Readable.from(
      (async function* () {
        yield bytesOf(number).subarray(0, 100_000)
        await answered
        yield bytesOf(number).subarray(100_000)
      })(),
    )
  const sent = parts.map((part) =>
    api.tus
      .patch(path + partPath(part), 0, half(part), { 'Content-Length': String(bytesOf(part.number).length) })
      .catch(() => null),
  )
  await until(
    () => readFile(join(api.folder, 'uploads', path.split('/').at(-1)!)),
    (file) => parts.every((part) => isThere(file, part, 100_000)),
  )
  expect((await api.tus.ask('DELETE', path)).status).toBe(204)
  answer()
  await Promise.all(sent)
  expect(await filesOf(path)).toEqual([])
})

test('parts of an upload that nobody went on with are swept with it', async () => {
  const path = await begin()
  await send(path, 2)
  const eightDaysAgo = new Date(Date.now() - 8 * 86_400_000)
  await utimes(join(api.folder, 'uploads', path.split('/').at(-1)!), eightDaysAgo, eightDaysAgo)
  expect((await api.tus.ask('HEAD', path + partPath(parts[1]!))).status).toBe(410)
  expect((await send(path, 3)).status).toBe(410)
  const place = await placeOnDisk(join(api.folder, 'uploads'), api.storage)
  const stores = { catalog: api.catalog, storage: api.storage, logger: createLogger('api', 'silent') }
  // The note is a second old; the rest is as long ago as it says.
  await sweepUploads(stores, { place, locks: new UploadLocks(), nowMs: Date.now() + 7 * 86_400_000 + 1_000 })
  expect(await filesOf(path)).toEqual([])
})
