import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { startS3 } from '#support/s3.ts'
import { closeServer, listen } from '../program/listen.ts'
import { createLogger } from '../program/logger.ts'
import { type SigningKey, signMediaToken } from '../tokens/signed-token.ts'
import { createMediaServer } from './create-media-server.ts'
import type { Delivery } from './delivery-counts.ts'

const key: SigningKey = { id: 'k1', secret: 'a secret of at least thirty-two characters' }
const prefix = 'videos/bcdfghjkmnpq/a1/ladder'
const playId = '0123456789abcdef'
const hourMs = 60 * 60 * 1000

let folder: string
let storage: Storage
let server: Server
let port: number
let delivered: Delivery[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-media-'))
  storage = await openStorage(`disk://${folder}`)
  await storage.put(`${prefix}/v720/1.m4s`, Buffer.from('0123456789'))
  await serve(storage)
})
afterEach(async () => {
  await closeServer(server, 0)
  await rm(folder, { recursive: true })
})

describe('what is served', () => {
  test.each([
    ['master.m3u8', 'application/vnd.apple.mpegurl'],
    ['v720/init.mp4', 'video/mp4'],
    ['v720/1.m4s', 'video/mp4'],
    ['poster.jpg', 'image/jpeg'],
    ['sprite.webp', 'image/webp'],
    ['captions/en.vtt', 'text/vtt; charset=utf-8'],
  ])('%s is %s, readable by every page and nothing else', async (path, type) => {
    await storage.put(`${prefix}/${path}`, Buffer.from('some bytes'))
    const answer = await ask(mediaUrl(path))
    expect(answer).toMatchObject({ status: 200, body: 'some bytes' })
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'content-length': '10',
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'timing-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
  })

  test.each(['index.html', 'evil.svg', 'source', 'a.js', '1.m4s.part', 'm4s'])(
    '%s is not found although it is stored, as its type is not delivered',
    async (path) => {
      await storage.put(`${prefix}/${path}`, Buffer.from('some bytes'))
      expect(await ask(mediaUrl(path))).toMatchObject({ status: 404, code: 'not_found' })
    },
  )

  test('segments are cached for a year, but never past the end of the token', async () => {
    const forYears = await ask(mediaUrl('v720/1.m4s', tokenFor(prefix, 24 * 365 * 2 * hourMs)))
    expect(forYears.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const forAnHour = await ask(mediaUrl('v720/1.m4s', tokenFor(prefix, hourMs)))
    const [, seconds] = /^public, max-age=(\d+), immutable$/.exec(forAnHour.headers['cache-control']!)!
    expect(Number(seconds)).toBeGreaterThan(3_500)
    expect(Number(seconds)).toBeLessThanOrEqual(3_600)
  })

  test('a playlist that may still grow is never cached, and a finished one is', async () => {
    await storage.put(`${prefix}/growing.m3u8`, Buffer.from('#EXTM3U\n#EXTINF:4,\n0.m4s\n'))
    await storage.put(`${prefix}/finished.m3u8`, Buffer.from('#EXTM3U\n#EXTINF:4,\n0.m4s\n#EXT-X-ENDLIST\n'))
    await storage.put(`${prefix}/master.m3u8`, Buffer.from('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n'))
    expect((await ask(mediaUrl('growing.m3u8'))).headers['cache-control']).toBe('no-store')
    expect((await ask(mediaUrl('finished.m3u8'))).headers['cache-control']).toMatch(/^public, max-age=3[56]\d\d$/)
    expect((await ask(mediaUrl('master.m3u8'))).headers['cache-control']).toBe('public, max-age=5')
  })

  test('a playlist that grew is served as it is now', async () => {
    await storage.put(`${prefix}/v720/p.m3u8`, Buffer.from('#EXTM3U\n0.m4s\n'))
    expect((await ask(mediaUrl('v720/p.m3u8'))).body).toBe('#EXTM3U\n0.m4s\n')
    await storage.put(`${prefix}/v720/p.m3u8`, Buffer.from('#EXTM3U\n0.m4s\n1.m4s\n'))
    expect((await ask(mediaUrl('v720/p.m3u8'))).body).toBe('#EXTM3U\n0.m4s\n1.m4s\n')
  })

  test('HEAD tells the same as GET, without the bytes and without a range', async () => {
    const get = await ask(mediaUrl('v720/1.m4s'))
    const head = await ask(mediaUrl('v720/1.m4s'), { method: 'HEAD', headers: { range: 'bytes=0-1' } })
    expect(head).toMatchObject({ status: 200, body: '' })
    for (const name of ['content-type', 'content-length', 'etag', 'last-modified', 'accept-ranges']) {
      expect(head.headers[name]).toBe(get.headers[name])
    }
  })

  test('a preflight is answered without a token, as browsers send none', async () => {
    const answer = await ask('/media/whatever/v720/1.m4s', {
      method: 'OPTIONS',
      headers: { origin: 'https://a.example' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers['access-control-allow-headers']).toContain('Range')
  })

  test('other methods are refused', async () => {
    const answer = await ask(mediaUrl('v720/1.m4s'), { method: 'PUT' })
    expect(answer.status).toBe(405)
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS')
  })
})

// 9 MB are streamed from storage, 10 bytes come out of memory: both must keep to the same rules.
describe.each([10, 9_000_000])('ranges and validators of an object of %i bytes', (sizeBytes) => {
  const bytes = Buffer.from(Array.from({ length: sizeBytes }, (_, index) => 48 + (index % 10)))
  const url = () => mediaUrl('v720/object.mp4')
  beforeEach(async () => {
    await storage.put(`${prefix}/v720/object.mp4`, bytes)
  })

  test('the whole is the whole', async () => {
    const answer = await ask(url())
    expect(answer.status).toBe(200)
    expect(answer.body === bytes.toString()).toBe(true)
  })

  test('a range is 206 with exactly those bytes', async () => {
    const answer = await ask(url(), { headers: { range: 'bytes=2-5' } })
    expect(answer).toMatchObject({ status: 206, body: '2345' })
    expect(answer.headers).toMatchObject({ 'content-range': `bytes 2-5/${sizeBytes}`, 'content-length': '4' })
  })

  test('a range behind the end is 416 and tells the size', async () => {
    const answer = await ask(url(), { headers: { range: `bytes=${sizeBytes}-` } })
    expect(answer).toMatchObject({ status: 416, body: '' })
    expect(answer.headers['content-range']).toBe(`bytes */${sizeBytes}`)
  })

  test('the tag of the bytes is 304 to who has them, and only to them', async () => {
    const { etag } = (await ask(url(), { method: 'HEAD' })).headers
    for (const known of [etag!, `W/${etag}`, `"other", ${etag}`, '*']) {
      expect(await ask(url(), { headers: { 'if-none-match': known } })).toMatchObject({ status: 304, body: '' })
    }
    expect((await ask(url(), { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('If-Range sends the range of the same bytes, else the whole', async () => {
    const { etag, 'last-modified': date } = (await ask(url(), { method: 'HEAD' })).headers
    const range = 'bytes=0-1'
    expect((await ask(url(), { headers: { range, 'if-range': etag! } })).status).toBe(206)
    expect((await ask(url(), { headers: { range, 'if-range': date! } })).status).toBe(206)
    expect((await ask(url(), { headers: { range, 'if-range': '"other"' } })).status).toBe(200)
    expect((await ask(url(), { headers: { range, 'if-range': `W/${etag}` } })).status).toBe(200)
  })
})

describe('who may', () => {
  test.each([
    ['is not one', () => 'nonsense', 'token_invalid'],
    ['lost its last letter', () => tokenFor(prefix).slice(0, -1), 'token_invalid'],
    [
      'has another payload',
      () => withPayload({ prefix: 'videos', playId: '', expiresAtMs: Date.now() + hourMs }),
      'token_invalid',
    ],
    [
      'was signed with another secret',
      () => tokenFor(prefix, hourMs, { ...key, secret: 'x'.repeat(40) }),
      'token_invalid',
    ],
    ['names a key we do not have', () => tokenFor(prefix, hourMs, { ...key, id: 'k2' }), 'token_invalid'],
    ['ended two minutes ago', () => tokenFor(prefix, -120_000), 'token_expired'],
  ])('a token that %s opens nothing', async (_, token, code) => {
    const answer = await ask(mediaUrl('v720/1.m4s', token()))
    expect(answer).toMatchObject({ status: 403, code })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.body).not.toContain('0123456789')
  })

  test('a token that worked stops working when it ends', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const token = tokenFor(prefix, hourMs)
      expect((await ask(mediaUrl('v720/1.m4s', token))).status).toBe(200)
      vi.setSystemTime(Date.now() + hourMs + 120_000)
      expect(await ask(mediaUrl('v720/1.m4s', token))).toMatchObject({ status: 403, code: 'token_expired' })
    } finally {
      vi.useRealTimers()
    }
  })

  test('a token of one video opens nothing of another', async () => {
    await storage.put('videos/zzzzzzzzzzzz/a1/ladder/1.m4s', Buffer.from('private'))
    for (const path of ['../../../zzzzzzzzzzzz/a1/ladder/1.m4s', '..%2f..%2f..%2fzzzzzzzzzzzz/a1/ladder/1.m4s']) {
      expect(await ask(mediaUrl(path))).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  test.each([
    'v720/..%2f..%2fv720/1.m4s',
    'v720/../v720/1.m4s',
    'v720/%2e%2e/v720/1.m4s',
    'v720//1.m4s',
    '/v720/1.m4s',
    'V720/1.m4s',
    'v720%2f1.m4s',
    'v720%252f1.m4s',
    'v720\\1.m4s',
    'v720/1.m4s%00.jpg',
    'v720/./1.m4s',
    'v720/1.m4s/',
    'v720',
    '',
  ])('the path %j is not found', async (path) => {
    expect(await ask(mediaUrl(path))).toMatchObject({ status: 404, code: 'not_found' })
  })
})

describe('under load and faults', () => {
  test('many who ask for a cold segment at once cost one read', async () => {
    const get = vi.spyOn(storage, 'get')
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(mediaUrl('v720/1.m4s'))))
    expect(answers.every(({ body }) => body === '0123456789')).toBe(true)
    expect(get).toHaveBeenCalledTimes(1)
  })

  test('a reader that stops reading stops the reading from storage, and gets every byte in the end', async () => {
    const sizeBytes = 96 * 1024 * 1024
    const bodies = await storeLarge(sizeBytes)
    const answer = await begin(mediaUrl('v720/large.mp4'))
    const read = await settled(() => bodies.at(-1)!.bytesRead)
    expect(read).toBeLessThan(sizeBytes / 2)
    expect((await ask(mediaUrl('v720/1.m4s'))).status).toBe(200)
    let received = 0
    for await (const chunk of answer) received += chunk.length
    expect(received).toBe(sizeBytes)
  })

  test('a viewer who goes away ends the reading from storage', async () => {
    const bodies = await storeLarge(96 * 1024 * 1024)
    const answer = await begin(mediaUrl('v720/large.mp4'))
    answer.destroy()
    await vi.waitUntil(() => bodies.at(-1)!.closed, { timeout: 10_000 })
    expect(delivered).toEqual([])
  })

  test('a segment that was sent whole is told with its play; heads, 304 and pictures are not', async () => {
    await storage.put(`${prefix}/poster.jpg`, Buffer.from('picture'))
    const inits = ['v720/init.mp4', 'v720/p1-t1-init.mp4']
    for (const init of inits) await storage.put(`${prefix}/${init}`, Buffer.from('init'))
    const { headers } = await ask(mediaUrl('v720/1.m4s'))
    await ask(mediaUrl('v720/1.m4s'), { headers: { range: 'bytes=0-3' } })
    await ask(mediaUrl('v720/1.m4s'), { method: 'HEAD' })
    await ask(mediaUrl('v720/1.m4s'), { headers: { 'if-none-match': headers.etag! } })
    await ask(mediaUrl('poster.jpg'))
    for (const init of inits) await ask(mediaUrl(init))
    const segment = { playId, key: `${prefix}/v720/1.m4s` }
    await vi.waitUntil(() => delivered.length >= 2)
    expect(delivered).toEqual([
      { ...segment, bytes: 10 },
      { ...segment, bytes: 4 },
    ])
    const health = await ask('/media/health')
    expect(JSON.parse(health.body)).toMatchObject({ ready: true, delivered: { segments: 2, bytes: 14 } })
  })

  test('storage that is away is 503 with a time to come back, tells nothing of its reasons, and heals by itself', async () => {
    await onS3(async (s3) => {
      await s3.storage.put(`${prefix}/v720/1.m4s`, Buffer.from('0123456789'))
      s3.place.intercept = (_, response) => {
        response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
        return true
      }
      const answer = await ask(mediaUrl('v720/1.m4s'))
      expect(answer).toMatchObject({ status: 503, code: 'unavailable' })
      expect(answer.headers['retry-after']).toBe('2')
      expect(answer.body).not.toMatch(/signature|credentials|STORAGE_URL/i)
      expect((await ask('/media/health')).status).toBe(503)
      s3.place.intercept = () => false
      expect(await ask(mediaUrl('v720/1.m4s'))).toMatchObject({ status: 200, body: '0123456789' })
    })
  })

  test('storage that breaks off in the middle never makes half a segment look whole', async () => {
    await onS3(async (s3) => {
      s3.place.intercept = (request, response) => {
        if (request.method !== 'GET') return false
        response.writeHead(200, { etag: '"x"', 'content-length': 9_000_000 })
        response.write(Buffer.alloc(100_000), () => response.destroy())
        return true
      }
      await expect(ask(mediaUrl('v720/1.m4s'))).rejects.toThrow()
      expect(delivered).toEqual([])
    })
  })
})

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
  /** Of an error answer. */
  code?: string
}

async function serve(from: Storage): Promise<void> {
  delivered = []
  server = createMediaServer({
    storage: from,
    signingKeys: [key],
    logger: createLogger('media', 'silent'),
    cacheBytes: 8 * 1024 * 1024,
    onDelivered: (delivery) => delivered.push(delivery),
  })
  port = await listen(server, 0, '127.0.0.1')
}

function tokenFor(tokenPrefix: string, lifetimeMs = hourMs, signer = key): string {
  return signMediaToken(signer, { prefix: tokenPrefix, playId, expiresAtMs: Date.now() + lifetimeMs })
}

function withPayload(payload: object): string {
  const [version, id, , signature] = tokenFor(prefix).split('.')
  return [version, id, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}

function mediaUrl(path: string, token = tokenFor(prefix)): string {
  return `/media/${token}/${path}`
}

/** Sends the path as it is: `fetch` would tidy up what the attacks are made of. */
async function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const answer = await begin(path, options)
  const body = await text(answer)
  const isError = answer.headers['content-type'] === 'application/json' && body.includes('"error"')
  return {
    status: answer.statusCode!,
    headers: answer.headers,
    body,
    ...(isError && { code: JSON.parse(body).error.code }),
  }
}

function begin(path: string, options: object = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, agent: false, ...options, path: '/' })
    // Set afterwards, as the client itself refuses some of the paths that are sent here.
    Object.assign(request, { path })
    request.on('response', resolve).on('error', reject).end()
  })
}

async function storeLarge(sizeBytes: number): Promise<(Readable & { bytesRead: number })[]> {
  await storage.put(`${prefix}/v720/large.mp4`, Buffer.alloc(sizeBytes))
  const bodies: (Readable & { bytesRead: number })[] = []
  const get = storage.get.bind(storage)
  vi.spyOn(storage, 'get').mockImplementation(async (...asked) => {
    const got = await get(...asked)
    bodies.push(got.body as Readable & { bytesRead: number })
    return got
  })
  return bodies
}

/** Resolves with a number once it has moved and then stood still for a while. */
async function settled(read: () => number): Promise<number> {
  let last = 0
  let quiet = 0
  await vi.waitUntil(
    () => {
      const now = read()
      quiet = now > 0 && now === last ? quiet + 1 : 0
      last = now
      return quiet >= 10
    },
    { timeout: 20_000, interval: 30 },
  )
  return last
}

async function onS3(use: (s3: { place: Awaited<ReturnType<typeof startS3>>; storage: Storage }) => Promise<void>) {
  const place = await startS3()
  const storageOnS3 = await openStorage(place.url)
  await closeServer(server, 0)
  await serve(storageOnS3)
  try {
    await use({ place, storage: storageOnS3 })
  } finally {
    await storageOnS3.close()
    await place.stop()
  }
}
