import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startS3, type TestS3 } from '#support/s3.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

let s3: TestS3
let api: UploadApi

beforeAll(async () => {
  s3 = await startS3()
  api = await startUploadApi({ STORAGE_URL: s3.url })
})
afterAll(async () => {
  await api?.stop()
  await s3?.stop()
})

test.each([
  ['a part', /partNumber=1/],
  ['a tail', /\.part\?/],
])(
  '%s that reaches the bucket with another byte than it was sent with is refused, and sent again',
  async (_, address) => {
    const bytes = randomBytes(17_000_000)
    const path = await api.tus.begin(bytes.length)
    expect((await api.tus.patch(path, 0, bytes.subarray(0, 1_000_000))).status).toBe(204)
    let spoilt = 0
    s3.intercept = (request, response) => {
      if (request.method !== 'PUT' || !address.test(request.url!) || spoilt > 0) return false
      spoilt++
      void takeSpoilt(request, response)
      return true
    }
    const half = bytes.subarray(1_000_000, 9_500_000)
    expect(await api.tus.patch(path, 1_000_000, half)).toMatchObject({ status: 503 })
    expect(spoilt).toBe(1)
    const offset = await api.tus.offset(path)
    expect((await api.tus.patch(path, offset, bytes.subarray(offset))).status).toBe(204)
    const videos = await api.videos()
    expect(await Promise.all(videos.map((video) => api.storedHash(video)))).toContain(sha256(bytes))
  },
)

/** As a store does that finds one byte changed on its way: it compares with the digest that it was told, if it was told one. */
async function takeSpoilt(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request)
  body[body.length >> 1]! ^= 1
  const md5 = createHash('md5').update(body)
  const told = request.headers['content-md5']
  if (told === undefined || told === md5.copy().digest('base64'))
    return void response.writeHead(200, { etag: `"${md5.digest('hex')}"` }).end()
  const xml = '<Error><Code>BadDigest</Code><Message>Not what you sent.</Message></Error>'
  response.writeHead(400, { 'content-type': 'application/xml' }).end(xml)
}

test('every part and tail is sent with the digest of its bytes', async () => {
  const told: [string | undefined, string][] = []
  s3.intercept = (request) => {
    const digest = createHash('md5')
    const push = request.push.bind(request)
    // Seen as it comes in, without taking it from the store.
    request.push = (chunk: Buffer | null) => {
      if (chunk) digest.update(chunk)
      else if (/partNumber=|\.part\?/.test(request.url!) && request.method === 'PUT')
        told.push([request.headers['content-md5'] as string | undefined, digest.digest('base64')])
      return push(chunk)
    }
    return false
  }
  const bytes = randomBytes(9_000_000)
  const path = await api.tus.begin(bytes.length)
  expect((await api.tus.patch(path, 0, bytes.subarray(0, 500_000))).status).toBe(204)
  expect((await api.tus.patch(path, 500_000, bytes.subarray(500_000))).status).toBe(204)
  expect(told).toHaveLength(3)
  for (const [header, digest] of told) expect(header).toBe(digest)
})
