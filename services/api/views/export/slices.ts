/** A part of the time that is exported, and how many rows `play` has of it. */
export interface RowsIn {
  fromMs: number
  toMs: number
  rows: number
}

/** Neighbouring parts together until they are enough; a part that alone is too much stands alone. */
export function slicesOf(parts: readonly RowsIn[], mostRows: number): RowsIn[] {
  const slices: RowsIn[] = []
  for (const { fromMs, toMs, rows } of parts) {
    const last = slices.at(-1)
    if (last && last.rows + rows <= mostRows) Object.assign(last, { toMs, rows: last.rows + rows })
    else slices.push({ fromMs, toMs, rows })
  }
  return slices
}
