import { expect, test } from 'vitest'
import { createPlaces } from './places.ts'

test('a key has its own places, all keys together have theirs, and what is given back is free again', () => {
  const places = createPlaces({ perKey: 2, inAll: 3 })
  const taken = ['a', 'a', 'b'].map((key) => places.take(key))
  expect(taken).toEqual([expect.any(Function), expect.any(Function), expect.any(Function)])
  expect([places.take('a'), places.take('b'), places.take('c')]).toEqual(['own', 'all', 'all'])
  const giveBack = taken[0] as () => void
  giveBack()
  giveBack()
  expect(places.take('a')).toEqual(expect.any(Function))
  expect([places.take('a'), places.take('c')]).toEqual(['own', 'all'])
})
