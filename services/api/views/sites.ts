import type { ClickHouseClient } from '@clickhouse/client'
import { gradeOfRank } from '#contract/grade.ts'
import type { SiteRow, ViewsDetails } from '#contract/views.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'
import { type CountColumns, noPlays, toGradeCounts, toPlayCounts } from './play-counts.ts'

/** Every site, the one with most starts first, and all of them together as counted in the same moment. */
export interface Sites {
  totals: Omit<ViewsDetails['totals'], 'notCounted'>
  sites: SiteRow[]
  /** When the first and the last of these plays were seen; 0 where there are none. */
  firstSeenMs: number
  lastSeenMs: number
}

export async function readSites(clickhouse: ClickHouseClient, chosen: Chosen, nowMs: number): Promise<Sites> {
  const parameters = { liveSinceMs: nowMs - liveMs }
  const rows = await askPlays<SiteColumns>(clickhouse, query, chosen, parameters)
  const whole = rows.find((row) => row.isWhole && row.loads > 0)
  const sites = rows.filter((row) => !row.isWhole).map(toSiteRow)
  return {
    totals: { ...(whole ? toPlayCounts(whole) : noPlays), sites: sites.length, liveNow: whole?.liveNow ?? 0 },
    sites,
    firstSeenMs: whole?.firstSeenMs ?? 0,
    lastSeenMs: whole?.lastSeenMs ?? 0,
  }
}

const query = readQuery('sites.sql')

// Playing players send a beacon every 15 s; this allows for one that is lost and for a slow network.
const liveMs = 40_000

interface SiteColumns extends CountColumns {
  isWhole: number
  site: string
  gradeCounts: Record<string, number>
  firstSeenMs: number
  lastSeenMs: number
  liveNow: number
}

function toSiteRow(row: SiteColumns): SiteRow {
  return {
    site: row.site,
    ...toPlayCounts(row),
    grade: gradeOfRank(Math.max(...Object.keys(row.gradeCounts).map(Number))),
    gradeCounts: toGradeCounts(row.gradeCounts),
    firstSeenMs: row.firstSeenMs,
    lastSeenMs: row.lastSeenMs,
    liveNow: row.liveNow,
  }
}
