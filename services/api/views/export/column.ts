/** One column of an exported table. */
export type Column<Row> = { name: string } & (
  | { type: 'text'; of: (row: Row) => string }
  /** Whole numbers up to 2^53. */
  | { type: 'integer'; of: (row: Row) => number | null }
  | { type: 'number'; of: (row: Row) => number | null }
  | { type: 'boolean'; of: (row: Row) => boolean }
  /** Milliseconds since 1970, UTC. */
  | { type: 'time'; of: (row: Row) => number }
)

/** What is exported: rows in batches, so that neither all of them nor each alone is handled at once. */
export interface Table<Row> {
  columns: readonly Column<Row>[]
  batches: AsyncIterable<readonly Row[]>
}
