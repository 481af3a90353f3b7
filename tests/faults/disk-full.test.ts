import { randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { mountSmallDisk, type SmallDisk } from '#support/small-disk.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

const bytes = randomBytes(12_000_000)

let disk: SmallDisk | null
let api: UploadApi

beforeAll(async () => {
  api = await startUploadApi(async (_url, folder) => {
    // A gigabyte of it is never given to uploads.
    disk = await mountSmallDisk(join(folder, 'small-disk'), 1_200)
    const place = disk?.folder ?? folder
    return { STORAGE_URL: `disk://${join(place, 'storage')}`, UPLOAD_FOLDER: join(place, 'uploads') }
  })
})
afterEach(() => disk?.makeRoom())
afterAll(async () => {
  await disk?.close()
  await api?.stop()
})

async function sourceKeys(): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of api.storage.list('sources')) keys.push(key)
  return keys.sort()
}

async function storedOf(path: string): Promise<string> {
  const [video] = (await api.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))
  return api.storedHash(video!)
}

test('an upload whose disk runs full in the middle keeps what was received, is refused with 507, and goes on once there is room', async ({
  skip,
}) => {
  if (!disk) return skip('this user may not mount a small disk')
  const whole = await api.tus.begin(1_000)
  await api.tus.patch(whole, 0, bytes.subarray(0, 1_000))
  const path = await api.tus.begin(bytes.length)
  const body = new PassThrough()
  const answer = api.tus.patch(path, 0, body)
  body.write(bytes.subarray(0, 4_000_000))
  const file = join(disk.folder, 'uploads', path.split('/').at(-1)!)
  // Asking for the offset would end the request.
  await until(
    () => stat(file),
    ({ size }) => size > 1_000_000,
  )
  await disk.fill()
  body.end(bytes.subarray(4_000_000))
  expect(await answer).toMatchObject({ status: 507, code: 'storage_full' })
  // What is there already is there for everybody.
  expect(await storedOf(whole)).toBe(sha256(bytes.subarray(0, 1_000)))
  const offset = await api.tus.offset(path)
  expect(offset).toBeLessThan(bytes.length)
  expect(await api.tus.patch(path, offset, bytes.subarray(offset))).toMatchObject({ status: 507, code: 'storage_full' })
  await disk.makeRoom()
  const now = await api.tus.offset(path)
  expect(now).toBeGreaterThanOrEqual(offset)
  expect((await api.tus.patch(path, now, bytes.subarray(now))).headers['x-video-id']).toBeTruthy()
  expect(await storedOf(path)).toBe(sha256(bytes))
})

test('a form whose disk runs full in the middle is refused with 507 and leaves no byte; the same form is taken once there is room', async ({
  skip,
}) => {
  if (!disk) return skip('this user may not mount a small disk')
  const before = await sourceKeys()
  const [head, tail] = ['--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n', '\r\n--x--\r\n']
  const send = (body: PassThrough) =>
    api.tus.ask('POST', '/api/videos', { 'Content-Type': 'multipart/form-data; boundary=x' }, body)
  const temporary = join(disk.folder, 'storage', '.temporary')
  const body = new PassThrough()
  const answer = send(body)
  body.write(head)
  body.write(bytes.subarray(0, 4_000_000))
  await until(
    () => readdir(temporary),
    (names) => names.length > 0,
  )
  await disk.fill()
  body.write(bytes.subarray(4_000_000))
  body.end(tail)
  expect(await answer).toMatchObject({ status: 507, code: 'storage_full' })
  // Whoever sent it hears of it first.
  await until(
    () => readdir(temporary),
    (names) => names.length === 0,
  )
  expect(await sourceKeys()).toEqual(before)
  await disk.makeRoom()
  const again = new PassThrough()
  again.write(head)
  again.write(bytes)
  again.end(tail)
  expect((await send(again)).status).toBe(201)
  const [added] = (await sourceKeys()).filter((key) => !before.includes(key))
  expect(sha256(await buffer((await api.storage.get(added!)).body))).toBe(sha256(bytes))
})
