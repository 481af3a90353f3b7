import { expect, test } from 'vitest'
import { gigabytesOf, quotaOf } from './quota-fields.ts'

test.each([
  ['', '', { maxBytes: null, maxVideos: null }],
  ['5', '20', { maxBytes: 5_000_000_000, maxVideos: 20 }],
  ['0,5', ' ', { maxBytes: 500_000_000, maxVideos: null }],
  ['0', '0', { maxBytes: 0, maxVideos: 0 }],
])('%s gigabytes and %s videos', (gigabytes, videos, quota) => {
  expect(quotaOf({ gigabytes, videos })).toEqual(quota)
})

test('what is kept is shown as it was typed', () => {
  expect([gigabytesOf(null), gigabytesOf(500_000_000)]).toEqual(['', '0.5'])
})
