import type { Catalog } from '#catalog/open-catalog.ts'
import type { Breakdown, BreakdownRow } from '#contract/views.ts'
import type { By } from '../views/dimension-columns.ts'
import type { RowsWanted } from '../views/rows-wanted.ts'
import { findTitled, readTitles } from './read-titles.ts'

/** Rows of pages with what the pages call themselves, and found by that too; rows of anything else stay as they are. */
export function titlesFor(catalog: Catalog, videoIds: readonly string[], by: By) {
  const hasTitles = by === 'page'

  async function addTo(rows: BreakdownRow[]): Promise<BreakdownRow[]> {
    if (!hasTitles) return rows
    const pages = rows.map(({ site, value }) => ({ site, page: value }))
    const titleOf = await readTitles(catalog.database, videoIds, pages)
    return rows.map((row) => ({ ...row, title: titleOf({ site: row.site, page: row.value }) }))
  }

  return {
    addTo,
    async addToPage(breakdown: Breakdown): Promise<Breakdown> {
      return { ...breakdown, rows: await addTo(breakdown.rows) }
    },
    async *addToAll(batches: AsyncIterable<BreakdownRow[]>): AsyncGenerator<BreakdownRow[]> {
      for await (const rows of batches) yield addTo(rows)
    },
    /** A search finds what stands on screen, and there the title does. */
    async search<Wanted extends Pick<RowsWanted, 'search' | 'values'>>(wanted: Wanted): Promise<Wanted> {
      if (!hasTitles || !wanted.search) return wanted
      const titled = await findTitled(catalog.database, videoIds, wanted.search)
      return { ...wanted, values: [...(wanted.values ?? []), ...titled] }
    },
  }
}
