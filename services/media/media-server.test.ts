import { beforeEach, describe, expect, test } from 'vitest'
import { hourMs, mediaUrl, prefix, tokenFor, useMediaServer } from '#support/media-server.ts'

const media = useMediaServer()
const ask: typeof media.ask = (...words) => media.ask(...words)

describe('what is served', () => {
  test.each([
    ['master.m3u8', 'application/vnd.apple.mpegurl'],
    ['v720/init.mp4', 'video/mp4'],
    ['v720/1.m4s', 'video/mp4'],
    ['poster.jpg', 'image/jpeg'],
    ['sprite.webp', 'image/webp'],
    ['captions/en.vtt', 'text/vtt; charset=utf-8'],
  ])('%s is %s, readable by every page and nothing else', async (path, type) => {
    await media.storage.put(`${prefix}/${path}`, Buffer.from('some bytes'))
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
      await media.storage.put(`${prefix}/${path}`, Buffer.from('some bytes'))
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
    await media.storage.put(`${prefix}/growing.m3u8`, Buffer.from('#EXTM3U\n#EXTINF:4,\n0.m4s\n'))
    await media.storage.put(`${prefix}/finished.m3u8`, Buffer.from('#EXTM3U\n#EXTINF:4,\n0.m4s\n#EXT-X-ENDLIST\n'))
    await media.storage.put(`${prefix}/master.m3u8`, Buffer.from('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n'))
    expect((await ask(mediaUrl('growing.m3u8'))).headers['cache-control']).toBe('no-store')
    expect((await ask(mediaUrl('finished.m3u8'))).headers['cache-control']).toMatch(/^public, max-age=3[56]\d\d$/)
    expect((await ask(mediaUrl('master.m3u8'))).headers['cache-control']).toBe('public, max-age=5')
  })

  test('a playlist that grew is served as it is now', async () => {
    await media.storage.put(`${prefix}/v720/p.m3u8`, Buffer.from('#EXTM3U\n0.m4s\n'))
    expect((await ask(mediaUrl('v720/p.m3u8'))).body).toBe('#EXTM3U\n0.m4s\n')
    await media.storage.put(`${prefix}/v720/p.m3u8`, Buffer.from('#EXTM3U\n0.m4s\n1.m4s\n'))
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
    await media.storage.put(`${prefix}/v720/object.mp4`, bytes)
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
