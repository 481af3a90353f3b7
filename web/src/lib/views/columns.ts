import type { BreakdownColumn } from '#contract/views.ts'
import type { Words } from '#web/words/words.ts'
import type { Tab } from './choice.ts'

const everywhere = ['starts', 'views', 'viewers', 'watchedMs', 'averageShare', 'finishes'] as const

/** What stands beside the name, in this order. Only sites and pages have a grade and a first day worth telling. */
export function columnsOf(tab: Tab): BreakdownColumn[] {
  if (tab === 'site') return ['loads', ...everywhere, 'grade', 'firstSeenMs', 'lastSeenMs']
  if (tab === 'page') return ['loads', ...everywhere, 'grade', 'lastSeenMs']
  return ['loads', ...everywhere, 'lastSeenMs']
}

/** What is seen first within a period may have been seen before it, and the column's name says so. */
export function columnName(
  column: BreakdownColumn,
  { words, isWithinPeriod }: { words: Words; isWithinPeriod: boolean },
): string {
  return column === 'firstSeenMs' && isWithinPeriod ? words.views.firstInPeriod : words.views.columns[column]
}

export interface Order {
  sort: BreakdownColumn
  direction: 'asc' | 'desc'
}

/** A press on the column that sorts already turns it around; another starts with what people look for first. */
export function pressColumn(order: Order, column: BreakdownColumn): Order {
  if (order.sort === column) return { sort: column, direction: order.direction === 'asc' ? 'desc' : 'asc' }
  return { sort: column, direction: column === 'value' || column === 'firstSeenMs' ? 'asc' : 'desc' }
}
