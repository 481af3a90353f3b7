import { expect, test } from 'vitest'
import { Lines } from './lines.ts'

const never = new AbortController().signal

test('no more work is done at a time than there are lines, and all of it in order', async () => {
  const lines = new Lines(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const works = [0, 1, 2, 3].map((number) =>
    lines.use(async () => {
      begun.push(number)
      await new Promise<void>((resolve) => ends.push(resolve))
    }, never),
  )
  expect(begun).toEqual([0, 1])
  ends[1]!()
  await works[1]
  expect(begun).toEqual([0, 1, 2])
  ends[0]!()
  await works[0]
  expect(begun).toEqual([0, 1, 2, 3])
  for (const end of ends) end()
  await Promise.all(works)
})

test('who no longer wants a line leaves it to others, and work that fails gives it back', async () => {
  const lines = new Lines(1)
  let end = () => {}
  const first = lines.use(() => new Promise<void>((resolve) => (end = resolve)), never)
  const leaving = new AbortController()
  const begun: string[] = []
  const second = lines.use(async () => void begun.push('second'), leaving.signal)
  const third = lines.use(async () => {
    begun.push('third')
    throw new Error('failed')
  }, never)
  leaving.abort()
  await second
  end()
  await first
  await expect(third).rejects.toThrow('failed')
  await lines.use(async () => void begun.push('fourth'), never)
  expect(begun).toEqual(['third', 'fourth'])
})
