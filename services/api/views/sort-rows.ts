import type { BreakdownColumns } from './breakdown-columns.ts'
import { compareBytes } from './compare-bytes.ts'
import type { RowsWanted } from './rows-wanted.ts'

/** In the order that ClickHouse would give them. */
export function sortRows(
  rows: readonly BreakdownColumns[],
  { sort, direction }: Pick<RowsWanted, 'sort' | 'direction'>,
) {
  const sign = direction === 'desc' ? -1 : 1
  return [...rows].sort(
    (one, other) =>
      sign * compareBy(sort, one, other) ||
      other.starts - one.starts ||
      other.loads - one.loads ||
      compareBytes(one.value, other.value) ||
      compareBytes(one.site, other.site),
  )
}

function compareBy(sort: RowsWanted['sort'], one: BreakdownColumns, other: BreakdownColumns): number {
  if (sort === 'value') return compareBytes(one.value, other.value)
  return numberOf(sort, one) - numberOf(sort, other)
}

function numberOf(sort: Exclude<RowsWanted['sort'], 'value'>, row: BreakdownColumns): number {
  if (sort === 'averageShare') return row.starts === 0 ? 0 : row.coveredParts / row.starts
  // Who watches now is not among the sums.
  return sort === 'liveNow' ? 0 : row[sort]
}
