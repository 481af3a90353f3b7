import { expect, test } from 'vitest'
import { pressColumn } from './columns.ts'

test('a second press on a column turns the order around; names and first days begin at the start', () => {
  const byViews = pressColumn({ sort: 'value', direction: 'asc' }, 'views')
  expect(byViews).toEqual({ sort: 'views', direction: 'desc' })
  expect(pressColumn(byViews, 'views').direction).toBe('asc')
  expect(pressColumn(byViews, 'firstSeenMs').direction).toBe('asc')
})
