import { randomBytes } from 'node:crypto'
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startS3, type TestS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

const slowSenders = 30

let s3: TestS3
let api: UploadApi

beforeAll(async () => {
  s3 = await startS3()
  api = await startUploadApi({ STORAGE_URL: s3.url, UNFINISHED_UPLOADS: '100' })
})
afterAll(async () => {
  await api?.stop()
  await s3?.stop()
})

test('however many senders of a bucket stall, others upload; and what stalled counts once it ends', async () => {
  const slow = await Promise.all(
    Array.from({ length: slowSenders }, async () => {
      const path = await api.tus.begin(2_000)
      const body = new PassThrough()
      body.write(Buffer.alloc(1_000))
      return { path, body, answer: api.tus.patch(path, 0, body) }
    }),
  )
  // All of them have begun to fill a file.
  await until(openParts, (count) => count === slowSenders)

  const bytes = randomBytes(9_000_000)
  const path = await api.tus.begin(bytes.length)
  expect((await api.tus.patch(path, 0, bytes)).status).toBe(204)
  const [video] = await api.videos()
  expect(await api.storedHash(video!)).toBe(sha256(bytes))

  for (const { body } of slow) body.end(Buffer.alloc(1_000))
  for (const { answer } of slow) expect((await answer).headers['x-video-id']).toBeTruthy()
})

test('files of parts have no name, so that nothing is left of them after a kill', async () => {
  const path = await api.tus.begin(2_000)
  const body = new PassThrough()
  body.write(Buffer.alloc(1_000))
  const cut = api.tus.patch(path, 0, body).catch(() => null)
  await until(openParts, (count) => count === 1)
  expect(await readdir(join(api.folder, 'uploads', 'parts'))).toEqual([])
  await api.restart('SIGKILL')
  await cut
  expect(await api.tus.offset(path)).toBe(0)
})

/** Open files of the api that lie in the folder of parts. */
async function openParts(): Promise<number> {
  const folder = `/proc/${api.pid()}/fd`
  const targets = await Promise.all((await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => '')))
  return targets.filter((target) => target.startsWith(join(api.folder, 'uploads', 'parts'))).length
}
