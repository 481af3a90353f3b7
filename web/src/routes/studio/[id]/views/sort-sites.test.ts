import { expect, test } from 'vitest'
import type { SiteRow } from '#contract/views.ts'
import { pressColumn, sortSites } from './sort-sites.ts'

function row(site: string, given: Partial<SiteRow> = {}): SiteRow {
  const zero = { loads: 0, visible: 0, starts: 0, views: 0, engaged: 0, finishes: 0, viewers: 0, watchedMs: 0 }
  return {
    ...zero,
    averageShare: 0,
    site,
    grade: 'attested',
    gradeCounts: {},
    firstSeenMs: 0,
    lastSeenMs: 0,
    liveNow: 0,
    ...given,
  }
}

function names(rows: SiteRow[]): string[] {
  return rows.map((one) => one.site)
}

test('numbers sort by size, not as text', () => {
  const rows = [row('a', { views: 9 }), row('b', { views: 100 }), row('c', { views: 20 })]
  expect(names(sortSites(rows, { column: 'views', isDescending: true }))).toEqual(['b', 'c', 'a'])
})

test('grades sort by how sure they are', () => {
  const rows = [row('a', { grade: 'hidden' }), row('b', { grade: 'delivered' }), row('c', { grade: 'claimed' })]
  expect(names(sortSites(rows, { column: 'grade', isDescending: true }))).toEqual(['b', 'c', 'a'])
})

test('rows with the same number stand by name in both directions', () => {
  const rows = [row('b', { views: 1 }), row('a', { views: 1 })]
  expect(names(sortSites(rows, { column: 'views', isDescending: true }))).toEqual(['a', 'b'])
  expect(names(sortSites(rows, { column: 'views', isDescending: false }))).toEqual(['a', 'b'])
})

test('a second press on a column turns the order around; names and first days begin at the start', () => {
  const byViews = pressColumn({ column: 'site', isDescending: false }, 'views')
  expect(byViews).toEqual({ column: 'views', isDescending: true })
  expect(pressColumn(byViews, 'views').isDescending).toBe(false)
  expect(pressColumn(byViews, 'firstSeenMs').isDescending).toBe(false)
})
