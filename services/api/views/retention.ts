import type { ClickHouseClient } from '@clickhouse/client'
import type { RetentionCurve } from '#contract/views.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'

/** The whole first, then the sites with most starts; nothing where nobody started. */
export async function readRetention(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  siteCount: number,
): Promise<RetentionCurve[]> {
  const rows = await askPlays<RetentionColumns>(clickhouse, query, chosen, { siteCount })
  return rows.filter((row) => row.starts > 0).map(toCurve)
}

const query = readQuery('retention.sql')

interface RetentionColumns {
  isWhole: number
  site: string
  starts: number
  covered: number[]
}

function toCurve({ isWhole, site, starts, covered }: RetentionColumns): RetentionCurve {
  return { site: isWhole ? null : site, starts, shares: covered.map((count) => count / starts) }
}
