import type { ClickHouseClient } from '@clickhouse/client'
import { dimensions, type ViewsFilter } from '#contract/views.ts'
import type { Chosen } from '../../services/api/views/ask-plays.ts'
import { readBreakdown } from '../../services/api/views/breakdown.ts'
import type { By } from '../../services/api/views/dimension-columns.ts'
import { explainPlay } from '../../services/api/views/explain-play.ts'
import { readHealth } from '../../services/api/views/health.ts'
import { readLiveBoard } from '../../services/api/views/live-board.ts'
import { readNotCounted } from '../../services/api/views/not-counted.ts'
import { readRetention } from '../../services/api/views/retention.ts'
import { writeOffset } from '../../services/api/views/row-cursor.ts'
import type { RowsWanted } from '../../services/api/views/rows-wanted.ts'
import { readTimeline } from '../../services/api/views/timeline.ts'
import { readViewsDetails } from '../../services/api/views/views-details.ts'
import type { Subject } from './subject.ts'

/** Something that the page asks. */
export interface Question {
  name: string
  /** Added to the period. */
  filter?: (subject: Subject) => Partial<ViewsFilter>
  ask(clickhouse: ClickHouseClient, chosen: Chosen, given: { nowMs: number; subject: Subject }): Promise<unknown>
}

/** Every question of the page: the top of it whole and in its parts, its tables, and all of that under filters. */
export const questions: Question[] = [
  { name: 'top of the page', ask: askTop },
  ...dimensions.map((by) => breakdown(`by ${by}`, by)),
  breakdown('by video', 'video'),
  breakdown('by site, with trends', 'site', { wanted: { trend: true } }),
  breakdown('by site, least watched first', 'site', { wanted: { sort: 'watchedMs', direction: 'asc' } }),
  breakdown('by site, searched', 'site', { wanted: { search: 'site-1' } }),
  breakdown('by site, second page', 'site', { wanted: { cursor: writeOffset(50) } }),
  breakdown('by page, second page', 'page', { wanted: { cursor: writeOffset(50) } }),
  { name: 'retention', ask: (clickhouse, chosen) => readRetention(clickhouse, chosen) },
  {
    name: 'retention of two sites',
    ask: (clickhouse, chosen, { subject }) => readRetention(clickhouse, chosen, [subject.site, 'site-7.example']),
  },
  { name: 'timeline', ask: (clickhouse, chosen, { nowMs }) => readTimeline(clickhouse, chosen, nowMs) },
  { name: 'health', ask: (clickhouse, chosen) => readHealth(clickhouse, chosen, { limit: 50 }) },
  { name: 'not counted', ask: (clickhouse, chosen) => readNotCounted(clickhouse, chosen) },
  { name: 'live board', ask: (clickhouse, chosen, { nowMs }) => readLiveBoard(clickhouse, chosen, nowMs) },
  {
    name: 'one play',
    ask: (clickhouse, { videoIds }, { subject }) => explainPlay(clickhouse, videoIds, subject.playId),
  },
  breakdown('by page, of a site', 'page', { filter: ({ site }) => ({ site }) }),
  breakdown('by country, of a site', 'country', { filter: ({ site }) => ({ site }) }),
  breakdown('by country, of a page', 'country', { filter: ({ page }) => ({ page }) }),
  breakdown('by site, of a country', 'site', { filter: ({ country }) => ({ country }) }),
  breakdown('by site, of a device', 'site', { filter: ({ device }) => ({ device }) }),
  breakdown('by page, of a site and a country', 'page', { filter: ({ site, country }) => ({ site, country }) }),
  breakdown('by site, raw', 'site', { filter: () => ({ counting: 'raw' }) }),
  { name: 'top of the page, of a site', filter: ({ site }) => ({ site }), ask: askTop },
  { name: 'top of the page, of a country', filter: ({ country }) => ({ country }), ask: askTop },
  { name: 'top of the page, raw', filter: () => ({ counting: 'raw' }), ask: askTop },
]

function askTop(
  clickhouse: ClickHouseClient,
  { videoIds, filter }: Chosen,
  { nowMs, subject }: { nowMs: number; subject: Subject },
) {
  const kind = videoIds.length > 1 ? ('owner' as const) : ('video' as const)
  const about = { kind, id: videoIds[0]!, title: subject.name, videos: videoIds.length, durationMs: 0, posterUrl: null }
  return readViewsDetails(clickhouse, { subject: about, videoIds, filter, nowMs, delayedSinceMs: null })
}

function breakdown(
  name: string,
  by: By,
  { wanted, filter }: { wanted?: Partial<RowsWanted>; filter?: Question['filter'] } = {},
): Question {
  const rows: RowsWanted = { sort: 'starts', direction: 'desc', limit: 50, trend: false, ...wanted }
  return {
    name,
    ...(filter ? { filter } : {}),
    ask: (clickhouse, chosen, { nowMs }) => readBreakdown(clickhouse, chosen, { by, wanted: rows, nowMs }),
  }
}
