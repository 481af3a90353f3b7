import type { ClickHouseClient } from '@clickhouse/client'
import { marksIn } from '#contract/marks.ts'
import type { NotCounted } from '#contract/views.ts'
import { type Chosen, readQuery } from './ask-plays.ts'
import { askParts, askWhole } from './ask-sums.ts'
import { planMarks } from './plan-sums.ts'

/** Plays that are kept and do not count, by reason, and where each happens most. */
export async function readNotCounted(clickhouse: ClickHouseClient, chosen: Chosen): Promise<NotCounted> {
  const marks = await planMarks(clickhouse, chosen)
  const rows = await askWhole<MarkColumns>(clickhouse, marks, query, { siteCount: mostSites })
  const reasons = rows
    .filter((row) => row.isWhole)
    .flatMap(({ mark, plays }) => marksIn(mark).map((name) => ({ mark: name, plays, sites: sitesOf(rows, mark) })))
  return {
    plays: rows.find((row) => row.isWhole && row.mark === 0)?.plays ?? 0,
    reasons: reasons.sort((one, other) => other.plays - one.plays || one.mark.localeCompare(other.mark)),
  }
}

/** How many plays that is. */
export async function countNotCounted(clickhouse: ClickHouseClient, chosen: Chosen): Promise<number> {
  const joins = { keys: [] }
  const [row] = await askParts<{ plays: number }>(clickhouse, await planMarks(clickhouse, chosen), countQuery, {
    joins,
  })
  return row?.plays ?? 0
}

const query = readQuery('not-counted.sql')
const countQuery = 'SELECT sum(marks.plays) AS plays FROM marks WHERE marks.mark = 0'

const mostSites = 10

interface MarkColumns {
  mark: number
  isWhole: number
  site: string
  plays: number
}

function sitesOf(rows: readonly MarkColumns[], mark: number): { site: string; plays: number }[] {
  return rows.filter((row) => row.mark === mark && !row.isWhole).map(({ site, plays }) => ({ site, plays }))
}
