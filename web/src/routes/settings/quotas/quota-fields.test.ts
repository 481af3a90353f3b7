import { expect, test } from 'vitest'
import { gigabytesOf, quotaOf } from './quota-fields.ts'

test.each([
  ['', '', { maxBytes: null, maxVideos: null }],
  ['5', '20', { maxBytes: 5_000_000_000, maxVideos: 20 }],
  ['0,5', ' ', { maxBytes: 500_000_000, maxVideos: null }],
  ['0', '0', { maxBytes: 0, maxVideos: 0 }],
  ['.5', '', { maxBytes: 500_000_000, maxVideos: null }],
  ['5.', '', { maxBytes: 5_000_000_000, maxVideos: null }],
])('%s gigabytes and %s videos', (gigabytes, videos, quota) => {
  expect(quotaOf({ gigabytes, videos })).toEqual(quota)
})

test('what is kept is shown as it was typed', () => {
  expect([gigabytesOf(null), gigabytesOf(500_000_000)]).toEqual(['', '0.5'])
})

test.each([
  ['.', ''],
  [',', ''],
  ['1.2.3', ''],
  ['-1', ''],
  ['1e3', ''],
  ['', '.'],
  ['', '1.5'],
])('%s gigabytes and %s videos are no numbers', (gigabytes, videos) => {
  expect(quotaOf({ gigabytes, videos })).toBeNull()
})
