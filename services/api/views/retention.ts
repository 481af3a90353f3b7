import type { ClickHouseClient } from '@clickhouse/client'
import type { RetentionCurve } from '#contract/views.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'

/** The whole first, then the sites with most starts; nothing where nobody started. */
export async function readRetention(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  siteCount: number,
): Promise<RetentionCurve[]> {
  const { rows, totals } = await askPlays<RetentionColumns>(clickhouse, query, chosen, { siteCount })
  if (!totals) return []
  return [toCurve(null, totals), ...rows.map((row) => toCurve(row.site, row))]
}

const query = readQuery('retention.sql')

interface RetentionColumns {
  site: string
  starts: number
  covered: number[]
}

function toCurve(site: string | null, { starts, covered }: RetentionColumns): RetentionCurve {
  return { site, starts, shares: covered.map((count) => count / starts) }
}
