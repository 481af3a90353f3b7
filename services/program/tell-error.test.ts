import { expect, test } from 'vitest'
import { tellError } from './tell-error.ts'

test('an error is told with its code and where it came from, and without the connection that hangs on it', () => {
  const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', client: { secretKey: 7_654_321 } })
  const told = JSON.parse(JSON.stringify(tellError(error)))
  expect(told).toEqual({
    type: 'Error',
    message: 'read ECONNRESET',
    stack: expect.stringContaining('tell-error.test.ts'),
    code: 'ECONNRESET',
  })
})

test('what is no error is told as it is', () => {
  expect(tellError('a word' as never)).toBe('a word')
})
