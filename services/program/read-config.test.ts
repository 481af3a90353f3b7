import { expect, test } from 'vitest'
import { z } from 'zod'
import { readConfig, wholeFrom } from './read-config.ts'

const schema = z.object({ CACHE_MB: wholeFrom(1, 65_536), UNFINISHED_UPLOADS: wholeFrom(1) })

test('a part of what is counted whole is refused with a sentence that says what to write, and only once', () => {
  expect(readConfig(schema, { CACHE_MB: '64', UNFINISHED_UPLOADS: '3' })).toEqual({
    CACHE_MB: 64,
    UNFINISHED_UPLOADS: 3,
  })
  expect(() => readConfig(schema, { CACHE_MB: '0.3', UNFINISHED_UPLOADS: '1.5' })).toThrow(
    'The configuration has 2 fault(s): CACHE_MB: write a whole number from 1 to 65536; UNFINISHED_UPLOADS: write a whole number, 1 or more.',
  )
})
