import type { Readable } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { mediaUrl, playId, prefix, useMediaServer } from '#support/media-server.ts'
import { startS3 } from '#support/s3.ts'

const media = useMediaServer()
const ask: typeof media.ask = (...words) => media.ask(...words)

test('many who ask for a cold segment at once cost one read', async () => {
  const get = vi.spyOn(media.storage, 'get')
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(mediaUrl('v720/1.m4s'))))
  expect(answers.every(({ body }) => body === '0123456789')).toBe(true)
  expect(get).toHaveBeenCalledTimes(1)
})

test('many who ask for a heavy segment at once cost one read', async () => {
  await media.storage.put(`${prefix}/v720/heavy.m4s`, Buffer.alloc(6 * 1024 * 1024, 'h'))
  const get = vi.spyOn(media.storage, 'get')
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(mediaUrl('v720/heavy.m4s'))))
  expect(answers.every(({ body }) => body.length === 6 * 1024 * 1024)).toBe(true)
  expect(get).toHaveBeenCalledTimes(1)
})

test('a reader that stops reading stops the reading from storage, and gets every byte in the end', async () => {
  const sizeBytes = 96 * 1024 * 1024
  const bodies = await storeLarge(sizeBytes)
  const answer = await media.begin(mediaUrl('v720/large.mp4'))
  const read = await settled(() => bodies.at(-1)!.bytesRead)
  expect(read).toBeLessThan(sizeBytes / 2)
  expect((await ask(mediaUrl('v720/1.m4s'))).status).toBe(200)
  let received = 0
  for await (const chunk of answer) received += chunk.length
  expect(received).toBe(sizeBytes)
})

test('a viewer who goes away ends the reading from storage', async () => {
  const bodies = await storeLarge(96 * 1024 * 1024)
  const answer = await media.begin(mediaUrl('v720/large.mp4'))
  answer.destroy()
  await vi.waitUntil(() => bodies.at(-1)!.closed, { timeout: 10_000 })
  expect(media.delivered).toEqual([])
})

test('a segment that was sent whole is told with its play; heads, 304 and pictures are not', async () => {
  await media.storage.put(`${prefix}/poster.jpg`, Buffer.from('picture'))
  const inits = ['v720/init.mp4', 'v720/p1-t1-init.mp4']
  for (const init of inits) await media.storage.put(`${prefix}/${init}`, Buffer.from('init'))
  const { headers } = await ask(mediaUrl('v720/1.m4s'))
  await ask(mediaUrl('v720/1.m4s'), { headers: { range: 'bytes=0-3' } })
  await ask(mediaUrl('v720/1.m4s'), { method: 'HEAD' })
  await ask(mediaUrl('v720/1.m4s'), { headers: { 'if-none-match': headers.etag! } })
  await ask(mediaUrl('poster.jpg'))
  for (const init of inits) await ask(mediaUrl(init))
  const segment = { playId, key: `${prefix}/v720/1.m4s` }
  await vi.waitUntil(() => media.delivered.length >= 2, { timeout: 10_000 })
  expect(media.delivered).toEqual([
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
      response.writeHead(200, { etag: '"x"', 'content-length': 90_000_000 })
      response.write(Buffer.alloc(100_000), () => response.destroy())
      return true
    }
    await expect(ask(mediaUrl('v720/1.m4s'))).rejects.toThrow()
    expect(media.delivered).toEqual([])
  })
})

async function storeLarge(sizeBytes: number): Promise<(Readable & { bytesRead: number })[]> {
  await media.storage.put(`${prefix}/v720/large.mp4`, Buffer.alloc(sizeBytes))
  const bodies: (Readable & { bytesRead: number })[] = []
  const get = media.storage.get.bind(media.storage)
  vi.spyOn(media.storage, 'get').mockImplementation(async (...asked) => {
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
  await media.stop()
  await media.serve(storageOnS3)
  try {
    await use({ place, storage: storageOnS3 })
  } finally {
    await storageOnS3.close()
    await place.stop()
  }
}
