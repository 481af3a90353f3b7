import { gradeRank } from '#contract/grade.ts'
import type { SiteRow } from '#contract/views.ts'

export const siteColumns = [
  'site',
  'loads',
  'starts',
  'views',
  'viewers',
  'watchedMs',
  'averageShare',
  'finishes',
  'grade',
  'firstSeenMs',
  'lastSeenMs',
] as const
export type SiteColumn = (typeof siteColumns)[number]

export interface SiteOrder {
  column: SiteColumn
  isDescending: boolean
}

/** A press on the column that sorts already turns it around; another starts with what people look for first. */
export function pressColumn(order: SiteOrder, column: SiteColumn): SiteOrder {
  if (order.column === column) return { column, isDescending: !order.isDescending }
  return { column, isDescending: column !== 'site' && column !== 'firstSeenMs' }
}

/** A new array in that order. Equal rows stand by name, so that live numbers don't make them jump about. */
export function sortSites(sites: readonly SiteRow[], { column, isDescending }: SiteOrder): SiteRow[] {
  const direction = isDescending ? -1 : 1
  return [...sites].sort(
    (one, other) => direction * compare(valueIn(one, column), valueIn(other, column)) || compare(one.site, other.site),
  )
}

function valueIn(row: SiteRow, column: SiteColumn): number | string {
  return column === 'grade' ? gradeRank[row.grade] : row[column]
}

function compare<Value extends number | string>(one: Value, other: Value): number {
  return one < other ? -1 : one > other ? 1 : 0
}
