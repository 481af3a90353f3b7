import { expect, test } from 'vitest'
import { wordsOf } from '#web/words/words.ts'
import { columnName, pressColumn } from './columns.ts'

test('a second press on a column turns the order around; names and first days begin at the start', () => {
  const byViews = pressColumn({ sort: 'value', direction: 'asc' }, 'views')
  expect(byViews).toEqual({ sort: 'views', direction: 'desc' })
  expect(pressColumn(byViews, 'views').direction).toBe('asc')
  expect(pressColumn(byViews, 'firstSeenMs').direction).toBe('asc')
})

test('what was seen first within a period is not called the first of all', () => {
  const { en } = wordsOf
  expect(columnName('firstSeenMs', { words: en, isWithinPeriod: false })).toBe('First seen')
  expect(columnName('firstSeenMs', { words: en, isWithinPeriod: true })).toBe('First in this period')
  expect(columnName('lastSeenMs', { words: en, isWithinPeriod: true })).toBe('Last seen')
})
