import type { ClickHouseClient } from '@clickhouse/client'
import type { RetentionCurve } from '#contract/views.ts'
import { askCells, curvesOf, isChosen, levelParameters } from './ask-cells.ts'
import { ask, type Chosen, filteredBy, parametersOf, readQuery } from './ask-plays.ts'

/** The whole first, then the named sites or else those with most starts; nothing where nobody started. */
export async function readRetention(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  named: readonly string[] = [],
): Promise<RetentionCurve[]> {
  const sites = named.length > 0 ? [...named] : await readTopSites(clickhouse, chosen)
  const { filter } = chosen
  // Curves are kept of the whole and of sites.
  const isStored = filter.counting !== 'raw' && filteredBy(filter).every((dimension) => dimension === 'site')
  const open = curvesOf(filter, { isStored, tags })
  const stored = isStored ? [storedCurves(filter.site !== undefined), 'UNION ALL'] : []
  const sums = [...stored, open.sums].join('\n')
  const rows = await ask<RetentionColumns>(clickhouse, `WITH\n${open.with}curves AS (\n${sums}\n)\n${query}`, {
    ...parametersOf(chosen),
    ...levelParameters(open),
    sites,
  })
  return rows.filter((row) => row.starts > 0).map(toCurve)
}

async function readTopSites(clickhouse: ClickHouseClient, chosen: Chosen): Promise<string[]> {
  const parameters = { wanted: { by: 'site' as const }, siteCount: mostSites }
  return (await askCells<{ site: string }>(clickhouse, topSites, chosen, parameters)).map(({ site }) => site)
}

/** Under a filter by site the whole is that site. */
function storedCurves(isOfSite: boolean): string {
  const rows = (
    isWhole: number,
    which: string,
  ) => `SELECT toUInt8(${isWhole}) AS is_whole, ${isWhole ? "''" : 'curve.site'} AS site, starts, covered, repeated
FROM curve
WHERE ${which}
  AND ${isChosen}`
  const whole = isOfSite ? 'is_whole = 0 AND curve.site = {site:String}' : 'is_whole = 1'
  const ofSite = isOfSite ? ' AND curve.site = {site:String}' : ''
  return [rows(1, whole), rows(0, `is_whole = 0 AND curve.site IN {sites:Array(String)}${ofSite}`)].join(
    '\nUNION ALL\n',
  )
}

const tags = `if(has({sites:Array(String)}, plays.site), [(1, ''), (0, plays.site)], [(1, '')])`

// As many curves as can be told apart.
const mostSites = 10

const query = readQuery('retention.sql')
const topSites = readQuery('top-sites.sql')

interface RetentionColumns {
  isWhole: number
  site: string
  starts: number
  covered: number[]
  repeated: number[]
}

function toCurve({ isWhole, site, starts, covered, repeated }: RetentionColumns): RetentionCurve {
  const share = (count: number) => count / starts
  return { site: isWhole ? null : site, starts, shares: covered.map(share), repeats: repeated.map(share) }
}
