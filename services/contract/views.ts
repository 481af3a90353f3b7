import { z } from 'zod'
import { type Grade, grades } from './grade.ts'
import type { Mark } from './marks.ts'

/** By what plays can be told apart: each is a filter, and each can be asked for row by row. */
export const dimensions = ['site', 'page', 'country', 'device', 'language', 'key', 'grade', 'referrer'] as const
export type Dimension = (typeof dimensions)[number]

/**
 * Which plays a question is about. Times are milliseconds since 1970, UTC, and are widened to whole hours; `toMs` is
 * exclusive. `clean` leaves out what does not count (the default), `raw` shows everything that was received.
 */
export const viewsFilterSchema = z.object({
  fromMs: z.coerce.number().int().min(0).optional(),
  toMs: z.coerce.number().int().min(0).optional(),
  site: z.string().max(253).optional(),
  /** Origin and path, as in a row of the pages. */
  page: z.string().max(512).optional(),
  country: z.string().max(2).optional(),
  device: z.string().max(16).optional(),
  language: z.string().max(8).optional(),
  key: z.string().max(64).optional(),
  grade: z.enum(grades).optional(),
  referrer: z.string().max(253).optional(),
  counting: z.enum(['clean', 'raw']).optional(),
})
export type ViewsFilter = z.infer<typeof viewsFilterSchema>

/** The ladder of a play, counted once per play, and what was watched. Everything in Views Details is made of these. */
export interface PlayCounts {
  loads: number
  visible: number
  starts: number
  /** The part of the starts that nobody asked for. */
  autoplays: number
  views: number
  engaged: number
  finishes: number
  /** Sum over videos and days (UTC) of the different viewers of that day; there is no id that lasts longer. */
  viewers: number
  watchedMs: number
  /** Played in a hidden tab; not contained in watchedMs. */
  hiddenMs: number
  /** Mean over starts of the share of the 100 parts that was covered, 0 to 1. */
  averageShare: number
}

/** How well it played, over the starts. Shares are 0 to 1; times are null where nobody started. */
export interface PlayQuality {
  startupP50Ms: number | null
  startupP95Ms: number | null
  /** Starts that stalled at least once. */
  stalledShare: number
  /** Time stalled per time watched or stalled. */
  stallTimeShare: number
  /** Loads that met an error. */
  errorShare: number
}

/** One site, page, country, … of the answer to "by what". */
export interface BreakdownRow extends PlayCounts {
  /** The site, the page's address, the country code, …; '' where it is not known. */
  value: string
  /** For pages: the site they belong to; else ''. */
  site: string
  quality: PlayQuality
  /** The surest grade seen here, and how many plays have which. */
  grade: Grade
  gradeCounts: Partial<Record<Grade, number>>
  firstSeenMs: number
  lastSeenMs: number
  /** Players that sent a beacon in the last 40 seconds while playing. */
  liveNow: number
  /** Only of pages: what the page calls itself, which its script told us; null where none did. */
  title?: string | null
  /** Starts in up to 30 equal steps of the period, oldest first; only where `trend` was asked for. */
  trend?: number[]
}

export const breakdownColumns = [
  'value',
  'loads',
  'visible',
  'starts',
  'autoplays',
  'views',
  'engaged',
  'finishes',
  'viewers',
  'watchedMs',
  'averageShare',
  'firstSeenMs',
  'lastSeenMs',
  'liveNow',
  'grade',
] as const
export type BreakdownColumn = (typeof breakdownColumns)[number]

/** A query names a parameter once or several times. */
function oneOrSeveral(most: number) {
  const value = z.string().max(253)
  return z.union([z.array(value).max(most), value.transform((one) => [one])])
}

/** `GET …/views/by/:dimension`; any dimension, also `video` where the question is about several. */
export const breakdownQuerySchema = viewsFilterSchema.extend({
  sort: z.enum(breakdownColumns).default('starts'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  /** Rows whose value contains this text, without regard to case. */
  search: z.string().max(200).optional(),
  /** Besides `search`: rows of these very values, whose names in the reader's language contain the text. */
  values: oneOrSeveral(300).optional(),
  /** `next` of the page before. */
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  trend: z.union([z.boolean(), z.stringbool()]).default(false),
})
export type BreakdownQuery = z.input<typeof breakdownQuerySchema>

export interface Breakdown {
  dimension: Dimension | 'video'
  rows: BreakdownRow[]
  /** How many rows there are in all, with this filter and search. */
  total: number
  next: string | null
}

/** Share of starts that covered each of the 100 parts (0 to 1), for one site or, with site null, for the whole. */
export interface RetentionCurve {
  site: string | null
  starts: number
  shares: number[]
  /** Share of starts that came back to the part after they had covered it. */
  repeats: number[]
}

/** `GET …/views/retention?sites=a&sites=b`: the whole and the named sites; without `sites` those with most starts. */
export const retentionQuerySchema = viewsFilterSchema.extend({
  sites: oneOrSeveral(10).optional(),
})

export interface TimelinePoint {
  /** Start of the hour or day. */
  atMs: number
  loads: number
  starts: number
  views: number
  watchedMs: number
}

export interface Timeline {
  step: 'hour' | 'day'
  points: TimelinePoint[]
}

/** What a question is about: one video, all videos of a person, or a V-Pub. */
export interface ViewsSubject {
  kind: 'video' | 'owner' | 'vpub'
  /** The video's id, the person's, or the V-Pub's slug. */
  id: string
  title: string
  videos: number
  /** Of a video; 0 and null for the others. */
  durationMs: number
  posterUrl: string | null
}

/** Who is watching now, behind by less than two seconds. */
export interface LiveBoard {
  watching: number
  sites: { site: string; watching: number }[]
  /** Plays opened in each of the last 30 minutes, oldest first. */
  minutes: number[]
}

/** `GET …/views`: the top of the page in one answer, so that its numbers belong together. */
export interface ViewsDetails {
  subject: ViewsSubject
  definitionVersion: number
  /** When the answer was computed, and since when beacons wait to be counted (null: nothing waits). */
  computedAtMs: number
  delayedSinceMs: number | null
  totals: PlayCounts & { quality: PlayQuality; sites: number; liveNow: number; notCounted: number }
  /** The 60 sites with most starts, with their trends; all of them are in `by/site`. */
  sites: BreakdownRow[]
  /** The whole first, then the ten sites with most starts; empty where the question is about several videos. */
  retention: RetentionCurve[]
  timeline: Timeline
  live: LiveBoard
}

/** Events of `GET …/views/live` (server-sent): a new ViewsDetails whenever a number moved. */
export type LiveEvent = { type: 'views'; details: ViewsDetails } | { type: 'still' }

/** `GET …/views/not-counted`. A play may have several reasons, so the reasons may add up to more than the plays. */
export interface NotCounted {
  plays: number
  /** The most frequent first, each with the sites it happens on most. */
  reasons: { mark: Mark; plays: number; sites: { site: string; plays: number }[] }[]
}

/** `GET …/views/export/:table?format=`: exactly the rows that the page shows with the same filter, streamed. */
export const exportTables = [
  ...dimensions,
  // Where the question is about several.
  'video',
  'timeline',
  'retention',
  'health',
  'not-counted',
  'plays',
] as const
export type ExportTable = (typeof exportTables)[number]
export const exportFormats = ['csv', 'json', 'parquet'] as const
export type ExportFormat = (typeof exportFormats)[number]
