import type { ClickHouseClient } from '@clickhouse/client'
import { definitionVersion } from '#contract/play-state.ts'
import type { ViewsDetails, ViewsFilter, ViewsSubject } from '#contract/views.ts'
import { readBreakdownAndWhole } from './breakdown.ts'
import { readLiveBoard } from './live-board.ts'
import { readLiveRows } from './live-rows.ts'
import { countNotCounted } from './not-counted.ts'
import { withPlan } from './plan.ts'
import { mostSites, readRetention } from './retention.ts'
import { readTimeline } from './timeline.ts'

export interface ViewsQuestion {
  subject: ViewsSubject
  videoIds: readonly string[]
  filter: ViewsFilter
  nowMs: number
  /** Since when beacons wait to be counted, as the collector says; null where nothing waits. */
  delayedSinceMs: number | null
}

/** Everything that the top of the Views Details page shows. Rejects where ClickHouse does not answer. */
export async function readViewsDetails(clickhouse: ClickHouseClient, question: ViewsQuestion): Promise<ViewsDetails> {
  const { subject, videoIds, filter, nowMs, delayedSinceMs } = question
  const live = readLiveRows(clickhouse, { videoIds, filter }, { by: 'site', nowMs })
  const [chosen] = await Promise.all([withPlan(clickhouse, { videoIds, filter }), live])
  const [{ sites, retention }, notCounted, timeline, board] = await Promise.all([
    readSites(),
    countNotCounted(clickhouse, chosen),
    readTimeline(clickhouse, chosen, nowMs),
    readLiveBoard(clickhouse, chosen, nowMs, live),
  ])
  return {
    subject,
    definitionVersion,
    computedAtMs: nowMs,
    delayedSinceMs,
    totals: { ...sites.whole, sites: sites.total, notCounted },
    sites: sites.rows,
    retention,
    timeline,
    live: board,
  }

  async function readSites() {
    const sites = await readBreakdownAndWhole(clickhouse, chosen, { by: 'site', wanted: topSites, nowMs, live })
    const started = sites.rows.filter(({ starts }) => starts > 0).map(({ value }) => value)
    const hasCurves = subject.kind === 'video' && started.length > 0
    return { sites, retention: hasCurves ? await readRetention(clickhouse, chosen, started.slice(0, mostSites)) : [] }
  }
}

const topSites = { sort: 'starts', direction: 'desc', limit: 60, trend: true } as const
