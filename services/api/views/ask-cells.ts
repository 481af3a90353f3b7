import type { ClickHouseClient } from '@clickhouse/client'
import type { ViewsFilter } from '#contract/views.ts'
import { type Level, levels } from '../../sums/levels.ts'
import { cellsOfPlays, curvesOfPlays } from '../../sums/sums-of-plays.ts'
import { ask, type Chosen, filteredBy, parametersOf, playsOf, readQuery } from './ask-plays.ts'
import type { By } from './dimension-columns.ts'
import { levelsOf, type StoredFacet, storedFacets } from './stored-facets.ts'

/** How a question wants its sums. */
export interface CellsWanted {
  by: By
  /** Without it, sums of the whole alone are made. */
  hasRows?: boolean
  /** The longest stretch that it can use; a question about days can't use months. */
  longest?: Level
}

/**
 * SQL of what the chosen plays add up to, as sums with `is_whole`, `value`, `value_site` and `start`: stored ones for all
 * stretches that are closed, and for the rest the same sums of the plays themselves.
 */
export function cellsOf(filter: ViewsFilter, { by, hasRows = true, longest = 'month' }: CellsWanted): Sums {
  const facets = storedFacets(filter, by)
  const used = facets ? [facets.whole, ...(hasRows ? [facets.rows] : [])] : []
  const usedLevels = facets ? levelsOf(used, longest) : []
  const tags = ["('1', '', '')", ...(hasRows ? ["('0', plays.value, plays.value_site)"] : [])]
  const start = longest === 'month' ? 'toDateTime(0)' : 'plays.hour'
  const plays = playsBeside(filter, by, usedLevels)
  const ofPlays = cellsOfPlays({ plays, tags: `[${tags.join(', ')}]`, start })
  const open = `SELECT facet = '1' AS is_whole, value, site AS value_site, start, 0 AS viewers, * EXCEPT (facet, value, site, start, video_id) FROM (${ofPlays})`
  const closed = usedLevels.length > 0 ? used.map((facet, index) => storedCells(facet, index === 0)) : []
  return { with: stretches(usedLevels), sums: [...closed, open].join('\nUNION ALL\n'), levels: usedLevels }
}

/** The same of retention; tags of plays as `curvesOfPlays` has them. */
export function curvesOf(filter: ViewsFilter, { tags, isStored }: { tags: string; isStored: boolean }): Sums {
  const usedLevels: Level[] = isStored ? ['hour', 'day', 'month'] : []
  const ofPlays = curvesOfPlays({ plays: playsBeside(filter, 'site', usedLevels), tags, start: 'toDateTime(0)' })
  const open = `SELECT is_whole, site, starts, covered, repeated FROM (${ofPlays})`
  return { with: stretches(usedLevels), sums: open, levels: usedLevels }
}

/** How often plays that do not count have which mark, on which site. */
export function marksOf(filter: ViewsFilter): Sums {
  const isStored = filteredBy(filter).every((dimension) => dimension === 'site')
  const usedLevels: Level[] = isStored ? ['hour', 'day', 'month'] : []
  const everything: ViewsFilter = { ...filter, counting: 'raw' }
  const open = `SELECT arrayJoin(arrayConcat([0], bitmaskToArray(plays.not_counted))) AS mark, plays.site AS site, count() AS plays_alike
FROM (\n${playsBeside(everything, 'site', usedLevels)}\n) AS plays
WHERE plays.not_counted != 0
GROUP BY mark, site`
  const ofSite = filter.site === undefined ? [] : ['cell.site = {site:String}']
  const closedMarks = `SELECT toInt64(cell.value) AS mark, cell.site AS site, cell.loads AS plays_alike
FROM cell
WHERE ${["facet = 'mark'", isChosen, ...ofSite].join('\n  AND ')}`
  const sums = isStored ? `${closedMarks}\nUNION ALL\n${open}` : open
  return { with: stretches(usedLevels), sums, levels: usedLevels }
}

/** What a query over sums begins with. */
export interface Sums {
  with: string
  sums: string
  levels: Level[]
}

/** Runs a query over `cells`. */
export async function askCells<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  chosen: Chosen,
  { wanted, ...parameters }: { wanted: CellsWanted } & Record<string, unknown>,
): Promise<Row[]> {
  const cells = cellsOf(chosen.filter, wanted)
  return ask<Row>(clickhouse, `WITH\n${cells.with}cells AS (\n${cells.sums}\n)\n${query}`, {
    ...parametersOf(chosen),
    ...levelParameters(cells),
    ...parameters,
  })
}

export function levelParameters({ levels: used }: Sums): Record<string, unknown> {
  return { levels: used.map((level) => levels[level]) }
}

/** The condition that a row of `cell` or `curve` belongs to a chosen stretch. */
export const isChosen = `video_id IN {videoIds:Array(String)}
  AND level IN {levels:Array(UInt8)}
  AND (video_id, level, start, version) IN (SELECT video_id, level, start, version FROM chosen)`

function storedCells({ facet, conditions, value, site }: StoredFacet, isWhole: boolean): string {
  return `SELECT
  ${Number(isWhole)} AS is_whole, ${value} AS value, ${site} AS value_site, cell.start AS start, cell.viewers AS viewers,
  cell.* EXCEPT (video_id, facet, level, start, version, value, site, viewers)
FROM cell
WHERE ${[`facet = '${facet}'`, isChosen, ...conditions].join('\n  AND ')}`
}

/** The plays whose hours are in no closed stretch. */
function playsBeside(filter: ViewsFilter, by: By, usedLevels: readonly Level[]): string {
  const beside = usedLevels.map(
    (level) => `(video_id, ${levels[level]}, ${startOf[level]}) NOT IN (SELECT video_id, level, start FROM closed)`,
  )
  return [playsOf(filter, by), ...beside].join('\n  AND ')
}

const startOf: Record<Level, string> = {
  hour: 'hour',
  day: 'toStartOfDay(hour)',
  month: "toDateTime(toStartOfMonth(hour), 'UTC')",
}

function stretches(usedLevels: readonly Level[]): string {
  return usedLevels.length > 0 ? `closed AS (\n${closed}),\nchosen AS (\n${chosenStretches}),\n` : ''
}

const closed = readQuery('closed.sql')
const chosenStretches = readQuery('chosen-stretches.sql')
