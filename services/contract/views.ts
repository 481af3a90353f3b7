import { z } from 'zod'
import type { Grade } from './grade.ts'

/** Which plays a question is about. Times are milliseconds since 1970, UTC; `to` is exclusive. */
export const viewsFilterSchema = z.object({
  fromMs: z.coerce.number().int().min(0).optional(),
  toMs: z.coerce.number().int().min(0).optional(),
  site: z.string().max(253).optional(),
})
export type ViewsFilter = z.infer<typeof viewsFilterSchema>

/** The ladder of a play, counted once per play, and what was watched. Everything in Views Details is made of these. */
export interface PlayCounts {
  loads: number
  visible: number
  starts: number
  views: number
  engaged: number
  finishes: number
  /** Sum over days of the different viewers of that day; there is no id that lasts longer. */
  viewers: number
  watchedMs: number
  /** Mean over starts of the share of the 100 parts that was covered, 0 to 1. */
  averageShare: number
}

export interface SiteRow extends PlayCounts {
  site: string
  /** The surest grade seen on this site, and how many plays have which. */
  grade: Grade
  gradeCounts: Partial<Record<Grade, number>>
  firstSeenMs: number
  lastSeenMs: number
  /** Players on this site that sent a beacon in the last 40 seconds while playing. */
  liveNow: number
}

export interface PageRow extends PlayCounts {
  site: string
  /** Origin and path, or '' where only the site is known. */
  page: string
  grade: Grade
  firstSeenMs: number
  lastSeenMs: number
}

/** Share of starts that covered each of the 100 parts (0 to 1), for one site or, with site null, for the whole. */
export interface RetentionCurve {
  site: string | null
  starts: number
  shares: number[]
}

export interface TimelinePoint {
  /** Start of the hour or day. */
  atMs: number
  loads: number
  starts: number
  views: number
  watchedMs: number
}

/** `GET /api/videos/:id/views`: the whole page in one answer, so that its numbers belong together. */
export interface ViewsDetails {
  video: { id: string; title: string; durationMs: number; posterUrl: string | null }
  definitionVersion: number
  /** When the answer was computed, and since when beacons wait to be counted (null: nothing waits). */
  computedAtMs: number
  delayedSinceMs: number | null
  totals: PlayCounts & { sites: number; liveNow: number; notCounted: number }
  sites: SiteRow[]
  /** The whole first, then the sites with most starts. */
  retention: RetentionCurve[]
  timeline: { step: 'hour' | 'day'; points: TimelinePoint[] }
}

/** `GET /api/videos/:id/views/pages?site=` */
export interface SitePages {
  site: string
  pages: PageRow[]
}

/** Events of `GET /api/videos/:id/views/live` (server-sent): a new ViewsDetails whenever a number moved. */
export type LiveEvent = { type: 'views'; details: ViewsDetails } | { type: 'still' }
