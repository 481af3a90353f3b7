import { expect, test } from 'vitest'
import { shareReads } from './share-reads.ts'

test('listeners of the same thing share one reading, others have their own', async () => {
  const share = shareReads<number>(10_000)
  let reads = 0
  const read = async () => ++reads
  expect(await Promise.all([share('a', read), share('a', read), share('b', read)])).toEqual([1, 1, 2])
  expect(await share('a', read)).toBe(1)
})

test('a reading that failed is not kept', async () => {
  const share = shareReads<number>(10_000)
  await expect(share('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await share('a', async () => 1)).toBe(1)
})
