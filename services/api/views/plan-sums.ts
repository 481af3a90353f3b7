import type { ClickHouseClient } from '@clickhouse/client'
import type { ViewsFilter } from '#contract/views.ts'
import type { Level } from '../../sums/levels.ts'
import { allSums, cellsOfPlays, curvesOfPlays } from '../../sums/sums-of-plays.ts'
import { type Chosen, filteredBy, parametersOf, playsWhere } from './ask-plays.ts'
import { chooseStretches, type Reading } from './choose-stretches.ts'
import type { By } from './dimension-columns.ts'
import { periodOf } from './period.ts'
import { planOf } from './plan.ts'
import { isClosed, isOpen, readingParameters } from './reading-sql.ts'
import type { RowName } from './row-name.ts'
import { levelsOf, type StoredFacet, storedFacets } from './stored-facets.ts'

/** How a question wants its sums. */
export interface CellsWanted {
  by: By
  /** Without it, sums of the whole alone are made. */
  hasRows?: boolean
  /** Without it, sums of the rows alone are made. */
  hasWhole?: boolean
  /** The longest stretch that it can use; a question about days can't use months. */
  longest?: Level
  /** Tells plays of different hours apart whatever the stretches are; else only where they are no months. */
  hasStarts?: boolean
  /** The sums that are needed; all where nothing is said. To name few makes the query shorter to plan. */
  columns?: readonly string[]
  /** Only these rows, beside the whole. */
  only?: readonly RowName[]
}

/** A query and its parameters. */
export interface Sums {
  sql: string
  parameters: Record<string, unknown>
}

/** What is read, and how sums of any part of it are written; a query knows them by their name. */
export interface PlannedSums {
  name: 'cells' | 'curves' | 'marks'
  reading: Reading
  sumsOf: (part: Reading) => Sums
}

/** The query over the sums of all that is read, or of a part of it. */
export function questionOf({ name, reading, sumsOf }: PlannedSums, query: string, part = reading): Sums {
  const { sql, parameters } = sumsOf(part)
  return { sql: `WITH ${name} AS (\n${sql}\n)\n${query}`, parameters }
}

/**
 * What the chosen plays add up to, as sums with `is_whole`, `value`, `value_site` and `start`: stored ones for all
 * stretches that are closed, and for the rest the same sums of the plays themselves.
 */
export async function planCells(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  {
    by,
    hasRows = true,
    hasWhole = true,
    longest = 'month',
    hasStarts = longest !== 'month',
    columns = allSums,
    only,
  }: CellsWanted,
): Promise<PlannedSums> {
  const facets = storedFacets(chosen.filter, by)
  const used = facets ? [facets.whole, ...(hasRows ? [facets.rows] : [])] : []
  const reading = await readingOf(clickhouse, chosen, facets ? levelsOf(used, longest) : [])
  const rowTag = "('0', plays.value, plays.value_site)"
  const tagsOfRow = only ? `arrayFilter(tag -> (tag.2, tag.3) IN ${onlyNames}, [${rowTag}])` : `[${rowTag}]`
  const tags = [...(hasWhole ? ["[('1', '', '')]"] : []), ...(hasRows ? [tagsOfRow] : [])].reduce(concatenated)
  const start = hasStarts ? 'plays.hour' : 'toDateTime(0)'
  const stored = used
    .map((facet, index) => storedCells(facet, { isWhole: index === 0, isNamed: only !== undefined, columns }))
    .filter((_, index) => hasWhole || index > 0)
  const named = only
    ? {
        onlyValues: only.map(({ value }) => value),
        onlySites: only.map(({ site }) => site),
      }
    : {}
  return {
    name: 'cells',
    reading,
    sumsOf(part) {
      const open = cellsOfPlays({ plays: playsOpen(part, chosen.filter, by), tags, start, columns })
      const { sql, parameters } = sums(
        chosen,
        part,
        stored,
        `SELECT ${asStored}, ${columns.map(openColumn).join(', ')}\nFROM (\n${open})`,
      )
      return { sql, parameters: { ...parameters, ...named } }
    },
  }
}

/** Retention curves of the whole and of the sites that the parameter `sites` names. */
export async function planCurves(clickhouse: ClickHouseClient, chosen: Chosen): Promise<PlannedSums> {
  const { filter } = chosen
  const isStored = filter.counting !== 'raw' && isBySiteAlone(filter)
  const reading = await readingOf(clickhouse, chosen, isStored ? ['hour', 'day', 'month'] : [])
  const tags = "if(has({sites:Array(String)}, plays.site), [(1, ''), (0, plays.site)], [(1, '')])"
  const stored = storedCurves(filter.site !== undefined)
  return {
    name: 'curves',
    reading,
    sumsOf(part) {
      const open = curvesOfPlays({ plays: playsOpen(part, filter, 'site'), tags, start: 'toDateTime(0)' })
      return sums(chosen, part, stored, `SELECT is_whole, site, starts, covered, repeated FROM (\n${open})`)
    },
  }
}

/** How often plays that do not count have which mark, on which site; mark 0 stands for all of them. */
export async function planMarks(clickhouse: ClickHouseClient, chosen: Chosen): Promise<PlannedSums> {
  const { filter } = chosen
  const reading = await readingOf(clickhouse, chosen, isBySiteAlone(filter) ? ['hour', 'day', 'month'] : [])
  const ofSite = filter.site === undefined ? [] : ['cell.site = {site:String}']
  const stored = `SELECT toInt64OrZero(cell.value) AS mark, cell.site AS site, cell.loads AS plays
FROM cell
WHERE ${["facet = 'mark'", isClosed, ...ofSite].join('\n  AND ')}`
  return {
    name: 'marks',
    reading,
    sumsOf(part) {
      const plays = playsOpen(part, { ...filter, counting: 'raw' }, 'site')
      const open = `SELECT arrayJoin(arrayConcat([0], bitmaskToArray(plays.not_counted))) AS mark, plays.site AS site, count() AS plays
FROM (\n${plays}) AS plays
WHERE plays.not_counted != 0
GROUP BY mark, site`
      return sums(chosen, part, [stored], open)
    },
  }
}

const onlyNames = 'arrayZip({onlyValues:Array(String)}, {onlySites:Array(String)})'

function concatenated(one: string, other: string): string {
  return `arrayConcat(${one}, ${other})`
}

const asStored = "facet = '1' AS is_whole, value, site AS value_site, start"

/** Who the viewers of plays were is known, so that they need not be counted yet. */
function openColumn(column: string): string {
  return column === 'viewers' ? 'toUInt64(0) AS viewers' : column
}

function storedCells(
  { facet, conditions, value, site }: StoredFacet,
  { isWhole, isNamed, columns }: { isWhole: boolean; isNamed: boolean; columns: readonly string[] },
): string {
  // The primary key finds columns that are named by themselves.
  const named =
    isNamed && !isWhole
      ? [
          `(${value}, ${site}) IN ${onlyNames}`,
          ...(value === 'cell.value' ? ['cell.value IN {onlyValues:Array(String)}'] : []),
          ...(site === 'cell.site' ? ['cell.site IN {onlySites:Array(String)}'] : []),
        ]
      : []
  const names = [`${Number(isWhole)} AS is_whole`, `${value} AS value`, `${site} AS value_site`, 'cell.start AS start']
  return `SELECT ${[...names, ...columns.map((column) => `cell.${column} AS ${column}`)].join(', ')}
FROM cell
WHERE ${[`facet = '${facet}'`, isClosed, ...conditions, ...named].join('\n  AND ')}`
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

/** Leaves out what there is nothing of: planning a query over plays takes longer than answering from few sums. */
function sums(chosen: Chosen, reading: Reading, stored: readonly string[], open: string): Sums {
  const hasClosed = reading.closed.length > 0
  const parts = [...(hasClosed ? stored : []), ...(reading.open.length > 0 || !hasClosed ? [open] : [])]
  return { sql: parts.join('\nUNION ALL\n'), parameters: { ...parametersOf(chosen), ...readingParameters(reading) } }
}

async function readingOf(clickhouse: ClickHouseClient, chosen: Chosen, usable: readonly Level[]): Promise<Reading> {
  // Hours of days that are added up themselves are told only where they are asked for.
  const plan = await planOf(clickhouse, chosen, { hasHours: usable.includes('hour') && !usable.includes('day') })
  return chooseStretches(plan, usable, periodOf(chosen.filter))
}

/** The plays whose hours are in no closed stretch. */
function playsOpen({ open }: Reading, filter: ViewsFilter, by: By): string {
  return playsWhere(isOpen(open), filter, by)
}

function isBySiteAlone(filter: ViewsFilter): boolean {
  return filteredBy(filter).every((dimension) => dimension === 'site')
}
