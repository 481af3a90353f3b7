import { expect, test } from 'vitest'
import { ownPath } from './own-path.ts'

const origin = 'https://video.example'

test('a path of this site is kept with its query', () => {
  expect(ownPath('/studio/abc/views?period=week', origin)).toBe('/studio/abc/views?period=week')
})

test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '\t//evil.example',
  '',
])('%j leads home and nowhere else', (to) => expect(ownPath(to, origin)).toBe('/'))

test('slashes that hide in the path of our own address do not name another host', () => {
  expect(ownPath('https://video.example//evil.example/', origin)).toBe('/evil.example/')
})
