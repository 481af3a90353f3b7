import { describe, expect, test } from 'vitest'
import { contentDisposition } from './content-disposition.ts'

describe('the name of a download', () => {
  test.each([
    ['Kites.mp4', `attachment; filename="Kites.mp4"; filename*=UTF-8''Kites.mp4`],
    ['Café.mp4', `attachment; filename="Cafe.mp4"; filename*=UTF-8''Caf%C3%A9.mp4`],
    ['风筝.mp4', `attachment; filename="__.mp4"; filename*=UTF-8''%E9%A3%8E%E7%AD%9D.mp4`],
    [`a"b\\c%d'(e)*.mp4`, `attachment; filename="a_b_c_d'(e)*.mp4"; filename*=UTF-8''a%22b%5Cc%25d%27%28e%29%2A.mp4`],
  ])('%s is told to old and to new readers', (name, header) => {
    expect(contentDisposition(name)).toBe(header)
  })

  test('whatever it is, the header is one line of printable ASCII', () => {
    for (const name of ['a\r\nSet-Cookie: b=1', '\ud800', '\u0000\u202e', '🪁'.repeat(60)]) {
      expect(contentDisposition(name)).toMatch(/^attachment; filename="[^"]*"; filename\*=UTF-8''[!-~]*$/)
    }
  })
})
