import type { ClickHouseClient } from '@clickhouse/client'
import { breakdownQuerySchema, type Dimension, dimensions, type ViewsFilter } from '#contract/views.ts'
import { readBreakdown } from '../../services/api/views/breakdown.ts'
import { readHealth } from '../../services/api/views/health.ts'
import { readNotCounted } from '../../services/api/views/not-counted.ts'
import { readRetention } from '../../services/api/views/retention.ts'
import { readViewsDetails } from '../../services/api/views/views-details.ts'

interface Asked {
  videoIds: string[]
  filter: ViewsFilter
  nowMs: number
  /** Which tables; each costs a test a tenth of a second or more. */
  by?: readonly Dimension[]
}

/** What the page shows under one filter, without the names of the videos: every table, curve and count; its top has the timeline. */
export async function viewsAnswers(
  clickhouse: ClickHouseClient,
  { videoIds, filter, nowMs, by = dimensions }: Asked,
): Promise<unknown> {
  const chosen = { videoIds, filter }
  const wanted = breakdownQuerySchema.parse({ trend: true })
  const kind = 'video' as const
  const subject = { kind, id: '', title: '', videos: videoIds.length, durationMs: 0, posterUrl: null }
  const breakdowns = by.map((one) => readBreakdown(clickhouse, chosen, { by: one, wanted, nowMs }))
  return Promise.all([
    readViewsDetails(clickhouse, { subject, ...chosen, nowMs, delayedSinceMs: null }),
    readRetention(clickhouse, chosen, ['news.example', '(hidden)']),
    readHealth(clickhouse, chosen, { limit: 500 }),
    readNotCounted(clickhouse, chosen),
    ...breakdowns,
  ])
}
