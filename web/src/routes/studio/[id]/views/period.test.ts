import { expect, test } from 'vitest'
import { pageQuery, readPeriod, viewsQuery } from './period.ts'

const now = Date.parse('2026-05-10T12:34:56Z')

test('without a choice, or with one that does not exist, everything is shown', () => {
  expect(readPeriod(null)).toBe('all')
  expect(readPeriod('century')).toBe('all')
  expect(viewsQuery('all', null, now)).toBe('')
})

test('a period starts at a full hour, so that asking again a moment later asks the same', () => {
  expect(viewsQuery('day', null, now)).toBe(`?fromMs=${Date.parse('2026-05-09T12:00:00Z')}`)
  expect(viewsQuery('day', null, now + 60_000)).toBe(viewsQuery('day', null, now))
})

test('a site is named as it is stored, whatever letters it has', () => {
  expect(viewsQuery('all', '(this site)', now)).toBe('?site=%28this+site%29')
  expect(new URLSearchParams(pageQuery('week', '中国.example')).get('site')).toBe('中国.example')
})
