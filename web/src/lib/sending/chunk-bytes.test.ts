import { expect, test } from 'vitest'
import { nextChunkBytes } from './chunk-bytes.ts'

const mebibyte = 1024 * 1024

test('a request takes about four seconds on a line that is neither slow nor fast', () => {
  expect(nextChunkBytes(2_000_000, 2_000)).toBe(4_000_000)
})

test('a slow line gets small requests, so that a break costs little, and a fast one large ones, but not without end', () => {
  expect(nextChunkBytes(4 * mebibyte, 600_000)).toBe(mebibyte / 2)
  expect(nextChunkBytes(4 * mebibyte, 0)).toBe(16 * mebibyte)
})
