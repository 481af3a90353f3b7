import type { Dimension, ViewsFilter } from '#contract/views.ts'
import { hourFacets, type Level } from '../../sums/levels.ts'
import { filteredBy } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'

/** Rows of the table `cell` that answer a question: which, and what they are called in the answer. */
export interface StoredFacet {
  facet: Facet
  /** Which rows of the facet; the filter's values are parameters of the query. */
  conditions: string[]
  value: string
  site: string
}

type Facet = Dimension | 'whole'

/** Where the answer stands that is asked for as a whole and by its values; null where only plays themselves can tell. */
export function storedFacets(filter: ViewsFilter, by: By): { whole: StoredFacet; rows: StoredFacet } | null {
  if (filter.counting === 'raw') return null
  const filtered = filteredBy(filter)
  const whole = wholeOf(filtered)
  const rows = whole && rowsOf(whole, filtered, by)
  return rows ? { whole, rows } : null
}

/** The lengths of time in which a facet is added up. */
export function levelsOf(facets: readonly StoredFacet[], finest: Level): Level[] {
  const hasHours = facets.every(({ facet }) => hourFacets.includes(facet))
  if (finest === 'hour') return hasHours ? ['hour'] : []
  if (finest === 'day') return hasHours ? ['hour', 'day'] : ['day']
  return hasHours ? ['hour', 'day', 'month'] : ['day', 'month']
}

function wholeOf(filtered: readonly Dimension[]): StoredFacet | null {
  const [first, second] = filtered
  if (!first) return stored('whole', [])
  if (filtered.length === 2 && first === 'site' && second === 'page') return stored('page', [isSite, hasValue('page')])
  // The same words may be a page of two sites, whose viewers do not add up.
  if (filtered.length > 1 || first === 'page') return null
  return stored(first, [hasValue(first)])
}

function rowsOf(whole: StoredFacet, filtered: readonly Dimension[], by: By): StoredFacet | null {
  if (by === 'video') return { ...whole, value: 'toString(cell.video_id)' }
  if (filtered.length === 0) return { ...stored(by, []), value: 'cell.value', site: 'cell.site' }
  if (by === 'page' && whole.facet === 'page') return { ...whole, value: 'cell.value', site: 'cell.site' }
  if (by === 'site' && whole.facet === 'page') return { ...whole, value: 'cell.site' }
  if (by === 'page' && whole.facet === 'site')
    return { ...stored('page', [isSite]), value: 'cell.value', site: 'cell.site' }
  return by === whole.facet ? { ...whole, value: 'cell.value' } : null
}

function stored(facet: Facet, conditions: string[]): StoredFacet {
  return { facet, conditions, value: "''", site: "''" }
}

const isSite = 'cell.site = {site:String}'

function hasValue(dimension: Dimension): string {
  return `cell.value = {${dimension}:String}`
}
