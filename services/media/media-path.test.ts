import { expect, test } from 'vitest'
import { parseMediaPath } from './media-path.ts'

test('a path is a token and the key below its prefix, whatever the query says', () => {
  const expected = { token: 'v1.k.p.s', path: 'v720/init.mp4' }
  expect(parseMediaPath('/media/v1.k.p.s/v720/init.mp4')).toEqual(expected)
  expect(parseMediaPath('/media/v1.k.p.s/v720/init.mp4?_HLS_msn=3')).toEqual(expected)
  expect(parseMediaPath('/media/health')).toBe('health')
})

test.each([
  '/',
  '/media',
  '/media/',
  '/media/token',
  '/media/token/',
  '/media//master.m3u8',
  '/MEDIA/token/master.m3u8',
  '//media/token/master.m3u8',
  'http://host/media/token/master.m3u8',
  '/media/token/../master.m3u8',
  '/media/token/a/../../b.mp4',
  '/media/token/..%2fb.mp4',
  '/media/token/..%252fb.mp4',
  '/media/token/%2e%2e/b.mp4',
  '/media/token/a%2fb.mp4',
  '/media/token/a//b.mp4',
  '/media/token/./b.mp4',
  '/media/token/.hidden.mp4',
  '/media/token/a\\b.mp4',
  '/media/token/a%5cb.mp4',
  '/media/token/a%00.mp4',
  '/media/token/a\0.mp4',
  '/media/token/a b.mp4',
  '/media/token/a;b.mp4',
  '/media/token/％２ｆ.mp4',
  `/media/token/${'a/'.repeat(500)}b.mp4`,
])('%j names nothing', (url) => {
  expect(parseMediaPath(url)).toBeNull()
})
