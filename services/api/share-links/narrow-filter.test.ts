import { expect, test } from 'vitest'
import { narrowFilter } from './narrow-filter.ts'

test('a fixed value stays, whatever is asked', () => {
  expect(narrowFilter({ site: 'b.example', country: 'DE' }, { site: 'a.example' })).toEqual({
    site: 'a.example',
    country: 'DE',
  })
})

test('a fixed period can become shorter and never longer', () => {
  const fixed = { fromMs: 100, toMs: 200 }
  expect(narrowFilter({}, fixed)).toEqual(fixed)
  expect(narrowFilter({ fromMs: 0, toMs: 900 }, fixed)).toEqual(fixed)
  expect(narrowFilter({ fromMs: 120, toMs: 180 }, fixed)).toEqual({ fromMs: 120, toMs: 180 })
  expect(narrowFilter({ fromMs: 500 }, fixed)).toEqual({ fromMs: 500, toMs: 200 })
})

test('what counts can be fixed; who may see everything may still look at what counts', () => {
  expect(narrowFilter({ counting: 'raw' }, { counting: 'clean' })).toEqual({ counting: 'clean' })
  expect(narrowFilter({}, { counting: 'raw' })).toEqual({ counting: 'raw' })
  expect(narrowFilter({ counting: 'clean' }, { counting: 'raw' })).toEqual({ counting: 'clean' })
  expect(narrowFilter({ counting: 'raw' }, {})).toEqual({ counting: 'raw' })
})

test('where nothing is fixed everything may be asked', () => {
  expect(narrowFilter({ page: 'https://a.example/x', fromMs: 1 }, {})).toEqual({
    page: 'https://a.example/x',
    fromMs: 1,
  })
})
