import type { ClickHouseClient } from '@clickhouse/client'
import { definitionVersion } from '#contract/play-state.ts'
import type { ViewsDetails, ViewsFilter, ViewsSubject } from '#contract/views.ts'
import { readBreakdownAndWhole } from './breakdown.ts'
import { readLiveBoard } from './live-board.ts'
import { readNotCounted } from './not-counted.ts'
import { readRetention } from './retention.ts'
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
  const chosen = { videoIds, filter }
  const [sites, retention, notCounted, timeline, live] = await Promise.all([
    readBreakdownAndWhole(clickhouse, chosen, { by: 'site', wanted: topSites, nowMs }),
    subject.kind === 'video' ? readRetention(clickhouse, chosen) : [],
    readNotCounted(clickhouse, chosen),
    readTimeline(clickhouse, chosen, nowMs),
    readLiveBoard(clickhouse, chosen, nowMs),
  ])
  return {
    subject,
    definitionVersion,
    computedAtMs: nowMs,
    delayedSinceMs,
    totals: { ...sites.whole, sites: sites.total, notCounted: notCounted.plays },
    sites: sites.rows,
    retention,
    timeline,
    live,
  }
}

const topSites = { sort: 'starts', direction: 'desc', limit: 60, trend: true } as const
