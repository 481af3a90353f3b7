import type { ClickHouseClient } from '@clickhouse/client'
import { definitionVersion } from '#contract/play-state.ts'
import type { RetentionCurve, ViewsDetails, ViewsFilter, ViewsSubject } from '#contract/views.ts'
import { type BreakdownAndWhole, readBreakdownAndWhole, withLive } from './breakdown.ts'
import { readLiveBoard } from './live-board.ts'
import { readLiveRows } from './live-rows.ts'
import { countNotCounted } from './not-counted.ts'
import { withPlan } from './plan.ts'
import { planCells } from './plan-sums.ts'
import { mostSites, readRetention } from './retention.ts'
import { readTimeline } from './timeline.ts'
import { readTopOfPlays, type TopOfPlays } from './top-of-plays.ts'

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
  const watching = readLiveRows(clickhouse, { videoIds, filter }, { by: 'site', nowMs })
  const [chosen] = await Promise.all([withPlan(clickhouse, { videoIds, filter }), watching])
  const top = readTop()
  const [{ sites, timeline, notCounted }, retention, board] = await Promise.all([
    top,
    top.then((known) => readCurves(known.sites)),
    readLiveBoard(clickhouse, chosen, nowMs, watching),
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

  /** From plays at once where nothing is added up; else each number from the sums that it takes. */
  async function readTop(): Promise<TopOfPlays> {
    const { reading } = await planCells(clickhouse, chosen, { by: 'site' })
    if (reading.closed.length === 0) {
      const read = await readTopOfPlays(clickhouse, chosen, { reading, limit: topSites.limit, nowMs })
      return { ...read, sites: withLive(read.sites, await watching) }
    }
    const [sites, timeline, notCounted] = await Promise.all([
      readBreakdownAndWhole(clickhouse, chosen, { by: 'site', wanted: topSites, nowMs, live: watching }),
      readTimeline(clickhouse, chosen, nowMs),
      countNotCounted(clickhouse, chosen),
    ])
    return { sites, timeline, notCounted }
  }

  function readCurves({ rows }: BreakdownAndWhole): Promise<RetentionCurve[]> {
    const started = rows.filter(({ starts }) => starts > 0).map(({ value }) => value)
    if (subject.kind !== 'video' || started.length === 0) return Promise.resolve([])
    return readRetention(clickhouse, chosen, started.slice(0, mostSites))
  }
}

const topSites = { sort: 'starts', direction: 'desc', limit: 60, trend: true } as const
