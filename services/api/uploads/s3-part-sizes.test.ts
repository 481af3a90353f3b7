import { expect, test } from 'vitest'
import { s3PartSizes } from './s3-part-sizes.ts'

const gigabyte = 1e9

test.each([1, 8 * 1024 * 1024, 52 * gigabyte, 80 * gigabyte, 84 * gigabyte, 5_000 * gigabyte])(
  'an upload of %i bytes has at most 10,000 parts, also where each is as short as it may be',
  (sizeBytes) => {
    const { wholeBytes, leastBytes } = s3PartSizes(sizeBytes)
    // All but the last.
    expect(Math.ceil(sizeBytes / leastBytes)).toBeLessThanOrEqual(10_000)
    expect(wholeBytes).toBeGreaterThanOrEqual(leastBytes)
    expect(leastBytes).toBeGreaterThanOrEqual(5 * 1024 * 1024)
  },
)

test('most files have parts of 8 MiB', () => {
  expect(s3PartSizes(40 * gigabyte).wholeBytes).toBe(8 * 1024 * 1024)
})
