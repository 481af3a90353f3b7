import type { ClickHouseClient } from '@clickhouse/client'
import type { RetentionCurve } from '#contract/views.ts'
import { type Chosen, readQuery } from './ask-plays.ts'
import { askParts } from './ask-sums.ts'
import { compareBytes } from './compare-bytes.ts'
import { withPlan } from './plan.ts'
import { planCurves } from './plan-sums.ts'
import { rankRows } from './rank-rows.ts'

/** The whole first, then the named sites or else those with most starts; nothing where nobody started. */
export async function readRetention(
  clickhouse: ClickHouseClient,
  unplanned: Chosen,
  named: readonly string[] = [],
): Promise<RetentionCurve[]> {
  const chosen = await withPlan(clickhouse, unplanned)
  const sites = named.length > 0 ? [...named] : await readTopSites(clickhouse, chosen)
  const joins = { keys: ['isWhole', 'site'] } as const
  const rows = await askParts<RetentionColumns>(clickhouse, await planCurves(clickhouse, chosen), query, {
    joins,
    sites,
  })
  return rows
    .filter((row) => row.starts > 0)
    .sort(
      (one, other) => other.isWhole - one.isWhole || other.starts - one.starts || compareBytes(one.site, other.site),
    )
    .map(toCurve)
}

async function readTopSites(clickhouse: ClickHouseClient, chosen: Chosen): Promise<string[]> {
  const wanted = { sort: 'starts', direction: 'desc', limit: mostSites } as const
  return (await rankRows(clickhouse, chosen, { by: 'site', wanted })).map(({ value }) => value)
}

// As many curves as can be told apart.
export const mostSites = 10

const query = readQuery('retention.sql')

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
