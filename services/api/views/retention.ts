import type { ClickHouseClient } from '@clickhouse/client'
import type { RetentionCurve } from '#contract/views.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'

/** The whole first, then the named sites or else those with most starts; nothing where nobody started. */
export async function readRetention(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  sites: readonly string[] = [],
): Promise<RetentionCurve[]> {
  const parameters = { sites: [...sites], siteCount: mostSites }
  const rows = await askPlays<RetentionColumns>(clickhouse, query, chosen, parameters)
  return rows.filter((row) => row.starts > 0).map(toCurve)
}

// As many curves as can be told apart.
const mostSites = 10

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
