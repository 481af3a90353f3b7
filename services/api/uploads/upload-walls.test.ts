import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partPath } from '#contract/upload-parts.ts'
import { signUp } from '#support/person.ts'
import { tusClient } from '#support/tus.ts'
import { until } from '#support/until.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'

let api: UploadApi
beforeAll(async () => {
  api = await startUploadApi({ QUOTA_BYTES: '1000000' })
})
afterAll(() => api?.stop())

const octets = { 'Content-Type': 'application/offset+octet-stream' }
const page = Buffer.from('%PDF-')

test('whoever makes an upload at the address of another, or of a file, is refused and harms neither', async () => {
  const path = await api.tus.begin(1_000)
  await api.tus.patch(path, 0, randomBytes(300))
  const secret = join(api.folder, 'secrets.json')
  await writeFile(secret, 'kept')
  const mallory = tusClient(api.port, (await signUp(api.url, 'Mallory')).cookie)
  for (const address of [path, '/api/uploads/..%2Fsecrets.json', '/api/uploads/..%2f..%2fsecrets.json']) {
    const whole = await mallory.ask('POST', address, { 'Upload-Length': '5', ...octets }, page)
    const tooMuch = await mallory.ask('POST', address, { 'Upload-Length': '2000000' })
    expect([address, whole.status, tooMuch.status]).toEqual([address, 404, 404])
    for (const method of ['DELETE', 'PATCH', 'HEAD'])
      expect([method, (await mallory.ask(method, address, { 'Upload-Offset': '0', ...octets }, page)).status]).toEqual([
        method,
        404,
      ])
  }
  expect(await readFile(secret, 'utf8')).toBe('kept')
  expect(await api.tus.offset(path)).toBe(300)
  expect((await api.tus.ask('DELETE', path)).status).toBe(204)
})

test('of an upload that is refused as it is created nothing is left', async () => {
  const before = await readdir(join(api.folder, 'uploads'))
  const refused = await api.tus.ask('POST', '/api/uploads', { 'Upload-Length': '5', ...octets }, page)
  expect(refused).toMatchObject({ status: 415, code: 'not_a_video' })
  await until(
    () => readdir(join(api.folder, 'uploads')),
    (names) => names.length === before.length,
  )
})

test('taking back an upload ends whoever sends a part of it, and its place is free for no more than was asked', async () => {
  const headers = { 'Upload-Length': '900000', 'Upload-Parts': '4' }
  const path = (await api.tus.ask('POST', '/api/uploads', headers)).headers.location!
  const body = new PassThrough()
  body.write(randomBytes(1_000))
  const sending = api.tus.patch(path + partPath({ number: 2, count: 4 }), 0, body)
  await until(
    () => readFile(join(api.folder, 'uploads', path.split('/').at(-1)!)),
    ({ length }) => length >= 226_000,
  )
  expect((await api.tus.ask('DELETE', path)).status).toBe(204)
  body.on('error', () => {})
  // It was asked to let go, and is over although its body is not.
  expect((await sending).status).toBe(204)
  expect((await api.tus.patch(path + partPath({ number: 2, count: 4 }), 1_000, randomBytes(10))).status).toBe(404)
  expect((await readdir(join(api.folder, 'uploads'))).filter((name) => path.endsWith(name.slice(0, 36)))).toEqual([])
  body.destroy()
})

test('what the parts of an upload have brought counts beside the other uploads of its owner', async () => {
  const headers = { 'Upload-Length': '900000', 'Upload-Parts': '4' }
  const path = (await api.tus.ask('POST', '/api/uploads', headers)).headers.location!
  const sent = [1, 2, 3].map((number) => api.tus.patch(path + partPath({ number, count: 4 }), 0, randomBytes(225_000)))
  expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([204, 204, 204])
  expect(await api.tus.create(400_000)).toMatchObject({ status: 413, code: 'quota' })
  expect((await api.tus.ask('DELETE', path)).status).toBe(204)
  // Its note goes right after the answer.
  await until(
    () => api.tus.create(400_000),
    ({ status }) => status === 201,
  )
})
