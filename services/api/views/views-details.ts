import type { ClickHouseClient } from '@clickhouse/client'
import { definitionVersion } from '#contract/play-state.ts'
import type { ViewsDetails, ViewsFilter } from '#contract/views.ts'
import { readNotCounted } from './not-counted.ts'
import { readRetention } from './retention.ts'
import { readSites, type Sites } from './sites.ts'
import { readTimeline, type Span } from './timeline.ts'

export interface ViewsQuestion {
  video: ViewsDetails['video']
  filter: ViewsFilter
  nowMs: number
  /** Since when beacons wait to be counted, as the collector says; null where nothing waits. */
  delayedSinceMs: number | null
}

/** Everything that the Views Details page shows. Rejects where ClickHouse does not answer. */
export async function readViewsDetails(clickhouse: ClickHouseClient, question: ViewsQuestion): Promise<ViewsDetails> {
  const { video, filter, nowMs, delayedSinceMs } = question
  const chosen = { videoId: video.id, filter }
  const [sites, retention, notCounted] = await Promise.all([
    readSites(clickhouse, chosen, nowMs),
    readRetention(clickhouse, chosen, retentionSites),
    readNotCounted(clickhouse, chosen),
  ])
  return {
    video,
    definitionVersion,
    computedAtMs: nowMs,
    delayedSinceMs,
    totals: { ...sites.totals, notCounted: notCounted.plays },
    sites: sites.sites,
    retention,
    timeline: await readTimeline(clickhouse, chosen, spanOf(sites, filter, nowMs)),
  }
}

// As many curves as can be told apart; any other site's comes with the filter.
const retentionSites = 10

function spanOf({ firstSeenMs, lastSeenMs }: Sites, filter: ViewsFilter, nowMs: number): Span {
  if (firstSeenMs === 0) return { fromMs: 0, toMs: 0 }
  return { fromMs: firstSeenMs, toMs: Math.min(filter.toMs ?? nowMs, Math.max(nowMs, lastSeenMs)) }
}
