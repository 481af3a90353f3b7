import type { ClickHouseClient } from '@clickhouse/client'
import type { RetentionCurve } from '#contract/views.ts'
import { askCells, curvesOf } from './ask-cells.ts'
import { ask, type Chosen, readQuery } from './ask-plays.ts'
import { withPlan } from './plan.ts'

/** The whole first, then the named sites or else those with most starts; nothing where nobody started. */
export async function readRetention(
  clickhouse: ClickHouseClient,
  unplanned: Chosen,
  named: readonly string[] = [],
): Promise<RetentionCurve[]> {
  const chosen = await withPlan(clickhouse, unplanned)
  const sites = named.length > 0 ? [...named] : await readTopSites(clickhouse, chosen)
  const curves = await curvesOf(clickhouse, chosen)
  const parameters = { ...curves.parameters, sites }
  const rows = await ask<RetentionColumns>(clickhouse, `WITH curves AS (\n${curves.sql})\n${query}`, parameters)
  return rows.filter((row) => row.starts > 0).map(toCurve)
}

async function readTopSites(clickhouse: ClickHouseClient, chosen: Chosen): Promise<string[]> {
  const parameters = {
    wanted: { by: 'site' as const, hasWhole: false, columns: ['starts', 'loads'] },
    siteCount: mostSites,
  }
  return (await askCells<{ site: string }>(clickhouse, topSites, chosen, parameters)).map(({ site }) => site)
}

// As many curves as can be told apart.
export const mostSites = 10

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
