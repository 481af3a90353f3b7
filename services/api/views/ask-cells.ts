import type { ClickHouseClient } from '@clickhouse/client'
import type { ViewsFilter } from '#contract/views.ts'
import type { Level } from '../../sums/levels.ts'
import { cellsOfPlays, curvesOfPlays } from '../../sums/sums-of-plays.ts'
import { ask, type Chosen, filteredBy, parametersOf, playsOf } from './ask-plays.ts'
import { besideClosed, type ClosedStretch, isClosed, readClosed, stretchParameters } from './closed-stretches.ts'
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

/** A query and its parameters. */
export interface Sums {
  sql: string
  parameters: Record<string, unknown>
}

/**
 * What the chosen plays add up to, as sums with `is_whole`, `value`, `value_site` and `start`: stored ones for all
 * stretches that are closed, and for the rest the same sums of the plays themselves.
 */
export async function cellsOf(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  { by, hasRows = true, longest = 'month' }: CellsWanted,
): Promise<Sums> {
  const facets = storedFacets(chosen.filter, by)
  const used = facets ? [facets.whole, ...(hasRows ? [facets.rows] : [])] : []
  const closed = await readClosed(clickhouse, chosen, facets ? levelsOf(used, longest) : [])
  const open = cellsOfPlays({
    plays: playsBeside(chosen.filter, by, closed),
    tags: hasRows ? "[('1', '', ''), ('0', plays.value, plays.value_site)]" : "[('1', '', '')]",
    start: longest === 'month' ? 'toDateTime(0)' : 'plays.hour',
  })
  const stored = closed.length > 0 ? used.map((facet, index) => storedCells(facet, index === 0)) : []
  return sums(chosen, closed, [...stored, `SELECT ${asStored}\nFROM (\n${open})`])
}

/** Retention curves of the whole and of the sites that the parameter `sites` names. */
export async function curvesOf(clickhouse: ClickHouseClient, chosen: Chosen): Promise<Sums> {
  const { filter } = chosen
  const isStored = filter.counting !== 'raw' && isBySiteAlone(filter)
  const closed = await readClosed(clickhouse, chosen, isStored ? ['hour', 'day', 'month'] : [])
  const tags = "if(has({sites:Array(String)}, plays.site), [(1, ''), (0, plays.site)], [(1, '')])"
  const open = curvesOfPlays({ plays: playsBeside(filter, 'site', closed), tags, start: 'toDateTime(0)' })
  const stored = closed.length > 0 ? storedCurves(filter.site !== undefined) : []
  return sums(chosen, closed, [...stored, `SELECT is_whole, site, starts, covered, repeated FROM (\n${open})`])
}

/** How often plays that do not count have which mark, on which site; mark 0 stands for all of them. */
export async function marksOf(clickhouse: ClickHouseClient, chosen: Chosen): Promise<Sums> {
  const { filter } = chosen
  const closed = await readClosed(clickhouse, chosen, isBySiteAlone(filter) ? ['hour', 'day', 'month'] : [])
  const plays = playsBeside({ ...filter, counting: 'raw' }, 'site', closed)
  const open = `SELECT arrayJoin(arrayConcat([0], bitmaskToArray(plays.not_counted))) AS mark, plays.site AS site, count() AS plays
FROM (\n${plays}) AS plays
WHERE plays.not_counted != 0
GROUP BY mark, site`
  const ofSite = filter.site === undefined ? [] : ['cell.site = {site:String}']
  const stored = `SELECT toInt64(cell.value) AS mark, cell.site AS site, cell.loads AS plays
FROM cell
WHERE ${["facet = 'mark'", isClosed, ...ofSite].join('\n  AND ')}`
  return sums(chosen, closed, closed.length > 0 ? [stored, open] : [open])
}

/** Runs a query over `cells`. */
export async function askCells<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  chosen: Chosen,
  { wanted, ...parameters }: { wanted: CellsWanted } & Record<string, unknown>,
): Promise<Row[]> {
  const cells = await cellsOf(clickhouse, chosen, wanted)
  return ask<Row>(clickhouse, `WITH cells AS (\n${cells.sql})\n${query}`, { ...cells.parameters, ...parameters })
}

const asStored = `
  facet = '1' AS is_whole, value, site AS value_site, start, 0 AS viewers,
  * EXCEPT (facet, value, site, start, video_id)`

function storedCells({ facet, conditions, value, site }: StoredFacet, isWhole: boolean): string {
  return `SELECT
  ${Number(isWhole)} AS is_whole, ${value} AS value, ${site} AS value_site, cell.start AS start, cell.viewers AS viewers,
  cell.* EXCEPT (video_id, facet, level, start, version, value, site, viewers)
FROM cell
WHERE ${[`facet = '${facet}'`, isClosed, ...conditions].join('\n  AND ')}`
}

/** Under a filter by site the whole is that site. */
function storedCurves(isOfSite: boolean): string[] {
  const site = isOfSite ? ['curve.site = {site:String}'] : []
  const whole = [isOfSite ? 'curve.is_whole = 0' : 'curve.is_whole = 1', isClosed, ...site]
  const ofSites = ['curve.is_whole = 0', 'curve.site IN {sites:Array(String)}', isClosed, ...site]
  return [
    `SELECT toUInt8(1) AS is_whole, '' AS site, starts, covered, repeated FROM curve WHERE ${whole.join(' AND ')}`,
    `SELECT toUInt8(0) AS is_whole, curve.site AS site, starts, covered, repeated FROM curve WHERE ${ofSites.join(' AND ')}`,
  ]
}

function sums(chosen: Chosen, closed: readonly ClosedStretch[], parts: readonly string[]): Sums {
  const parameters = { ...parametersOf(chosen), ...stretchParameters(closed) }
  return { sql: parts.join('\nUNION ALL\n'), parameters }
}

/** The plays whose hours are in no closed stretch. */
function playsBeside(filter: ViewsFilter, by: By, closed: readonly ClosedStretch[]): string {
  return [playsOf(filter, by), ...besideClosed(closed)].join('\n  AND ')
}

function isBySiteAlone(filter: ViewsFilter): boolean {
  return filteredBy(filter).every((dimension) => dimension === 'site')
}
