import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startS3, type TestS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

const partBytes = 8 * 1024 * 1024
const bytes = randomBytes(2 * partBytes + 1_000_000)

let s3: TestS3
let api: UploadApi

beforeAll(async () => {
  s3 = await startS3()
  api = await startUploadApi({ STORAGE_URL: s3.url, UNFINISHED_UPLOADS: '100' })
})
afterEach(() => {
  s3.intercept = () => false
})
afterAll(async () => {
  await api?.stop()
  await s3?.stop()
})

function isPart({ method, url }: IncomingMessage, number?: number): boolean {
  return method === 'PUT' && new RegExp(`partNumber=${number ?? '\\d+'}(&|$)`).test(url!)
}

function isCompletion({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url!.includes('uploadId=')
}

function refuse(request: IncomingMessage, response: ServerResponse): true {
  request.resume()
  response.writeHead(500).end('<Error><Code>InternalError</Code></Error>')
  return true
}

/** The hash of what is stored for the one video of the upload. */
async function storedOf(path: string): Promise<string> {
  const videos = (await api.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))
  expect(videos.length).toBe(1)
  return api.storedHash(videos[0]!)
}

async function resume(path: string, whole = bytes): Promise<void> {
  const offset = await api.tus.offset(path)
  if (offset < whole.length) expect((await api.tus.patch(path, offset, whole.subarray(offset))).status).toBe(204)
  expect(await storedOf(path)).toBe(sha256(whole))
  expect((await keys()).filter((key) => key.includes(path.split('/').at(-1)!))).toHaveLength(1)
}

async function keys(): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of api.storage.list('sources')) found.push(key)
  return found
}

test.each([partBytes - 1, partBytes, partBytes + 1, 2 * partBytes])(
  'a file of %i bytes is stored as it is',
  async (size) => {
    const whole = bytes.subarray(0, size)
    await resume(await api.tus.begin(size), whole)
  },
)

test('a part that fails while later ones would not leaves no hole in what counts as received', async () => {
  const path = await api.tus.begin(bytes.length)
  s3.intercept = (request, response) => isPart(request, 1) && refuse(request, response)
  expect((await api.tus.patch(path, 0, bytes)).status).toBeGreaterThanOrEqual(500)
  s3.intercept = () => false
  expect(await api.tus.offset(path)).toBe(0)
  await resume(path)
})

test('a tail that is too short for a part survives a kill while it becomes one', async () => {
  const path = await api.tus.begin(bytes.length)
  await api.tus.patch(path, 0, bytes.subarray(0, 1_000_000))
  expect(await api.tus.offset(path)).toBe(1_000_000)
  let isHanging = false
  s3.intercept = (request) => {
    if (!isPart(request)) return false
    isHanging = true
    return true
  }
  const dying = api.tus.patch(path, 1_000_000, bytes.subarray(1_000_000)).catch(() => {})
  await until(
    async () => isHanging,
    (is) => is,
  )
  s3.intercept = () => false
  await api.restart()
  await dying
  expect(await api.tus.offset(path)).toBe(1_000_000)
  await resume(path)
})

test('tails that grow by and by are put together', async () => {
  const path = await api.tus.begin(bytes.length)
  for (let offset = 0; offset < 12_000_000; offset += 3_000_000) {
    expect((await api.tus.patch(path, offset, bytes.subarray(offset, offset + 3_000_000))).status).toBe(204)
    expect(await api.tus.offset(path)).toBe(offset + 3_000_000)
  }
  await resume(path)
})

test('a completion that the store answers with 200 and an error inside is done again', async () => {
  const path = await api.tus.begin(bytes.length)
  let answers = 0
  s3.intercept = (request, response) => {
    if (!isCompletion(request)) return false
    answers++
    request.resume()
    response.writeHead(200).end('<Error><Code>InternalError</Code><Message>Try again.</Message></Error>')
    return true
  }
  expect((await api.tus.patch(path, 0, bytes)).status).toBeGreaterThanOrEqual(500)
  expect(answers).toBeGreaterThan(0)
  s3.intercept = () => false
  await resume(path)
})

test('a completion whose answer is lost, and a kill with it, is one video', async () => {
  const path = await api.tus.begin(bytes.length)
  let isDone = false
  s3.intercept = (request, response) => {
    if (!isCompletion(request)) return false
    const end = response.end.bind(response)
    response.end = ((...all: Parameters<typeof end>) => {
      isDone = true
      return all.length > 0 ? response : response
    }) as typeof response.end
    return false
  }
  const dying = api.tus.patch(path, 0, bytes).catch(() => {})
  await until(
    async () => isDone,
    (is) => is,
  )
  s3.intercept = () => false
  await api.restart()
  await dying
  await resume(path)
})

test('while the store is away nobody is told that his upload is gone', async () => {
  const path = await api.tus.begin(bytes.length)
  await api.tus.patch(path, 0, bytes.subarray(0, 1_000_000))
  // Whoever never asked about this upload has nothing in memory to answer from.
  await api.restart()
  s3.intercept = refuse
  expect((await api.tus.ask('HEAD', path)).status).toBeGreaterThanOrEqual(500)
  s3.intercept = () => false
  await resume(path)
})

test('a store that takes our keys no more costs nobody his upload: it goes on once they are right again', async () => {
  const path = await api.tus.begin(bytes.length)
  await api.tus.patch(path, 0, bytes.subarray(0, 1_000_000))
  s3.intercept = (request, response) => {
    request.resume()
    response.writeHead(403).end('<Error><Code>InvalidAccessKeyId</Code></Error>')
    return true
  }
  expect((await api.tus.patch(path, 1_000_000, bytes.subarray(1_000_000))).status).toBeGreaterThanOrEqual(500)
  const form = new FormData()
  form.set('file', new Blob(['hello']), 'a.mp4')
  const answer = await api.person.request('/api/videos', { method: 'POST', body: form })
  expect(answer.status).toBe(503)
  s3.intercept = () => false
  await resume(path)
})

test('bytes that are not those of their checksum never reach the bucket, and the right ones do', async () => {
  const options = await api.tus.ask('OPTIONS', '/api/uploads')
  expect(options.headers['tus-extension']).toContain('checksum')
  const path = await api.tus.begin(bytes.length)
  const digest = createHash('sha256').update(bytes).digest('base64')
  const checksum = { 'Upload-Checksum': `sha256 ${digest}` }
  let parts = 0
  s3.intercept = (request) => {
    if (isPart(request)) parts++
    return false
  }
  const spoilt = Buffer.from(bytes)
  spoilt[spoilt.length - 1]! ^= 1
  expect(await api.tus.patch(path, 0, spoilt, checksum)).toMatchObject({ status: 460, code: 'checksum_mismatch' })
  expect([parts, await api.tus.offset(path)]).toEqual([0, 0])
  expect((await api.tus.patch(path, 0, bytes, checksum)).headers['x-video-id']).toBeTruthy()
  expect(await storedOf(path)).toBe(sha256(bytes))
  // So much waits on disk at most.
  const long = await api.tus.begin(70_000_000)
  expect(await api.tus.patch(long, 0, Buffer.alloc(70_000_000), checksum)).toMatchObject({ status: 400 })
  expect(await api.tus.offset(long)).toBe(0)
})

test('parts on their way through the temporary folder leave nothing there', async () => {
  const files = await readdir(api.folder)
  expect(files.filter((name) => name.startsWith('tus-'))).toEqual([])
})
