import { expect, test } from 'vitest'
import { type ErrorCode, errors } from '#contract/errors.ts'
import { judgeFailure, retryPauseMs } from './judge-failure.ts'

function refused(code: ErrorCode) {
  const { status, message } = errors[code]
  return { status, body: JSON.stringify({ error: { code, message } }) }
}

test.each([
  { status: null, body: '' },
  { status: 502, body: '<html>a proxy speaks</html>' },
  { status: 409, body: 'Upload-Offset conflict' },
  { status: 423, body: '' },
  refused('unavailable'),
  refused('internal'),
  refused('upload_idle'),
  refused('too_many_requests'),
  refused('checksum_mismatch'),
])('%j is over by itself', (failed) => expect(judgeFailure(failed)).toBeNull())

test.each([
  'quota',
  'storage_full',
  'too_many_uploads',
  'file_too_large',
  'not_signed_in',
  'not_found',
  'video_deleted',
] as const)('%s waits for somebody to do something', (code) => expect(judgeFailure(refused(code))?.code).toBe(code))

test('pauses grow, and end at half a minute', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 100].map(retryPauseMs)
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
  expect(pauses[0]).toBe(1_000)
  expect(pauses.at(-1)).toBe(30_000)
})
