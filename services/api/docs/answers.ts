import { z } from 'zod'
import { type EmbedHealth, embedFixes } from '#contract/embed-health.ts'
import { grades } from '#contract/grade.ts'
import { type Mark, marks } from '#contract/marks.ts'
import type { PlayExplained } from '#contract/play-explained.ts'
import type * as views from '#contract/views.ts'
import { dimensions } from '#contract/views.ts'
import { definitions } from './definitions.ts'

// What the API answers, held to the contract's types by the compiler and to real answers by the tests.

const count = () => z.number().int().min(0)
const share = () => z.number().min(0).max(1)
const grade = z.enum(grades)
const gradeCounts = z.partialRecord(grade, count())

type Definition = keyof typeof definitions

function defined<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape> {
  const told = Object.entries(shape).map(([name, schema]) => {
    const meaning = definitions[name as Definition]
    return [name, meaning ? (schema as z.ZodType).describe(meaning) : schema]
  })
  return z.strictObject(Object.fromEntries(told)) as unknown as z.ZodObject<Shape>
}

const countShape = {
  loads: count(),
  visible: count(),
  starts: count(),
  autoplays: count(),
  views: count(),
  engaged: count(),
  finishes: count(),
  viewers: count(),
  watchedMs: count(),
  hiddenMs: count(),
  averageShare: share(),
}

const quality: z.ZodType<views.PlayQuality> = defined({
  startupP50Ms: count().nullable(),
  startupP95Ms: count().nullable(),
  stalledShare: share(),
  stallTimeShare: share(),
  errorShare: share(),
})

const breakdownRow: z.ZodType<views.BreakdownRow> = defined({
  value: z.string().describe("The site, the page's address, the country …; empty where it is not known."),
  site: z.string().describe('Of pages: the site they belong to; else empty.'),
  ...countShape,
  quality,
  grade,
  gradeCounts,
  firstSeenMs: count(),
  lastSeenMs: count(),
  liveNow: count(),
  title: z
    .string()
    .nullable()
    .optional()
    .describe('Only of pages: what the page calls itself, told by embed.js; null where nothing told it.'),
  trend: z.array(count()).optional(),
}) as z.ZodType<views.BreakdownRow>

const next = z.string().nullable().describe('Goes back as `cursor` for the following page; null on the last.')

export const breakdown: z.ZodType<views.Breakdown> = z.strictObject({
  dimension: z.enum([...dimensions, 'video']),
  rows: z.array(breakdownRow),
  total: count().describe('How many rows there are in all, with this filter and search.'),
  next,
})

const curve: z.ZodType<views.RetentionCurve> = defined({
  site: z.string().nullable().describe('Null for all sites together.'),
  starts: count(),
  shares: z.array(share()),
  repeats: z.array(share()),
})
export const retention: z.ZodType<views.RetentionCurve[]> = z.array(curve)

export const timeline: z.ZodType<views.Timeline> = z.strictObject({
  step: z.enum(['hour', 'day']),
  points: z.array(
    defined({
      atMs: count().describe('Start of the hour or day, in milliseconds since 1970, UTC.'),
      loads: count(),
      starts: count(),
      views: count(),
      watchedMs: count(),
    }),
  ),
})

export const health: z.ZodType<EmbedHealth> = z.strictObject({
  rows: z.array(
    z.strictObject({
      site: z.string(),
      page: z.string(),
      loads: count(),
      starts: count(),
      fullscreenBlocked: count().describe('Loads on which the page forbids full screen.'),
      autoplayBlocked: count().describe('Loads on which the page forbids autoplay.'),
      sandboxed: count().describe('Loads in a sandboxed frame.'),
      tooSmall: count().describe('Loads in a player under 200 × 113 pixels.'),
      errors: count().describe('Loads that met an error.'),
      quality,
      fixes: z.array(z.enum(embedFixes)).describe('What to mend in the embed code, worst first.'),
    }),
  ),
  total: count(),
  next,
})

const mark = z.enum(Object.keys(marks) as [Mark, ...Mark[]])
const sitePlays = z.strictObject({ site: z.string(), plays: count() })

export const notCounted: z.ZodType<views.NotCounted> = z.strictObject({
  plays: count().describe('Plays that do not count. One may have several reasons.'),
  reasons: z.array(z.strictObject({ mark, plays: count(), sites: z.array(sitePlays) })),
})

export const play: z.ZodType<PlayExplained> = z.strictObject({
  playId: z.string(),
  videoId: z.string(),
  site: z.string(),
  topSite: z.string().describe('The outermost site where it differs, else empty.'),
  page: z.string(),
  grade,
  openedAtMs: count(),
  lastSeenMs: count(),
  country: z.string(),
  device: z.string(),
  counts: z.boolean().describe('Whether it is in the clean numbers.'),
  marks: z.array(mark).describe('Why it does not count.'),
  steps: z.strictObject({
    visible: z.boolean(),
    started: z.enum(['no', 'person', 'autoplay']),
    viewed: z.boolean(),
    engaged: z.boolean(),
    finished: z.boolean(),
  }),
  watchedMs: count(),
  hiddenMs: count(),
  coveredParts: count().describe('Of 100 equal parts.'),
  durationMs: count(),
  definitionVersion: count(),
})

const live: z.ZodType<views.LiveBoard> = z.strictObject({
  watching: count(),
  sites: z.array(z.strictObject({ site: z.string(), watching: count() })),
  minutes: z.array(count()).describe('Plays opened in each of the last 30 minutes, oldest first.'),
})

export const details: z.ZodType<views.ViewsDetails> = z.strictObject({
  subject: z.strictObject({
    kind: z.enum(['video', 'owner', 'vpub']),
    id: z.string(),
    title: z.string(),
    videos: count(),
    durationMs: count(),
    posterUrl: z.string().nullable(),
  }),
  definitionVersion: count().describe('Version of the definitions below.'),
  computedAtMs: count(),
  delayedSinceMs: count().nullable().describe('Since when beacons wait to be counted; null where nothing waits.'),
  totals: defined({ ...countShape, quality, sites: count(), liveNow: count(), notCounted: count() }),
  sites: z.array(breakdownRow).describe('The 60 sites with most starts; all of them are in `by/site`.'),
  retention,
  timeline,
  live,
})
