import type { z } from 'zod'
import type { breakdownQuerySchema, ViewsFilter } from '#contract/views.ts'

/** How rows are sorted, searched and paged; as in the contract's `breakdownQuerySchema`. */
export type RowsWanted = Omit<z.output<typeof breakdownQuerySchema>, keyof ViewsFilter>
