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

test('a reading is given up once all who wait for it left, and not before', async () => {
  const share = shareReads<number>(10_000)
  const [one, other] = [new AbortController(), new AbortController()]
  const signals: AbortSignal[] = []
  const read = (allLeft: AbortSignal) => {
    signals.push(allLeft)
    return new Promise<number>((_resolve, reject) => {
      allLeft.addEventListener('abort', () => reject(new Error('given up')))
    })
  }
  const readings = [share('a', read, one.signal), share('a', read, other.signal)]
  one.abort()
  expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  other.abort()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  // Who comes now does not share what was given up.
  expect(await share('a', async () => 7)).toBe(7)
  for (const reading of readings) await expect(reading).rejects.toThrow('given up')
})

test('a reading that is done is kept, whoever leaves then', async () => {
  const share = shareReads<number>(10_000)
  const left = new AbortController()
  expect(await share('a', async () => 1, left.signal)).toBe(1)
  left.abort()
  expect(await share('a', async () => 2)).toBe(1)
})

test('what is not to be kept is handed to nobody who asks after it came', async () => {
  const share = shareReads<string>(60_000, (value) => value !== 'over')
  const values = ['over', 'begun anew', 'not read']
  const read = async () => values.shift()!
  expect(await Promise.all([share('a', read), share('a', read)])).toEqual(['over', 'over'])
  expect(await share('a', read)).toBe('begun anew')
  expect(await share('a', read)).toBe('begun anew')
})
