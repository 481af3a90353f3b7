import type { Column } from './column.ts'

/** A table whose rows' shape nobody outside needs to know. */
export interface ExportedTable {
  columns: readonly Column<unknown>[]
  batches: AsyncIterable<readonly unknown[]>
  /** As JSON has them, where that differs from the rows of a table. */
  objects?: AsyncIterable<readonly unknown[]>
}

/** Of rows that are all there already, or that come in batches. */
export function tableOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[] | AsyncIterable<readonly Row[]>,
): ExportedTable {
  // Only columns made for these very rows are put beside them here.
  return { columns: columns as readonly Column<unknown>[], batches: isReady(rows) ? once(rows) : rows }
}

function isReady<Row>(rows: readonly Row[] | AsyncIterable<readonly Row[]>): rows is readonly Row[] {
  return Array.isArray(rows)
}

async function* once<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
  yield rows
}
