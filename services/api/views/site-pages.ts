import type { ClickHouseClient } from '@clickhouse/client'
import { gradeOfRank } from '#contract/grade.ts'
import type { PageRow, SitePages, ViewsFilter } from '#contract/views.ts'
import { askPlays, readQuery } from './ask-plays.ts'
import { type CountColumns, toPlayCounts } from './play-counts.ts'

/** The pages of one site, the one with most starts first. */
export async function readSitePages(
  clickhouse: ClickHouseClient,
  { videoId, site, filter }: { videoId: string; site: string; filter: ViewsFilter },
): Promise<SitePages> {
  const chosen = { videoId, filter: { ...filter, site } }
  const rows = await askPlays<PageColumns>(clickhouse, query, chosen)
  return { site, pages: rows.map((row) => toPageRow(site, row)) }
}

const query = readQuery('pages.sql')

interface PageColumns extends CountColumns {
  page: string
  grade: number
  firstSeenMs: number
  lastSeenMs: number
}

function toPageRow(site: string, row: PageColumns): PageRow {
  return {
    site,
    page: row.page,
    ...toPlayCounts(row),
    grade: gradeOfRank(row.grade),
    firstSeenMs: row.firstSeenMs,
    lastSeenMs: row.lastSeenMs,
  }
}
