import type { HealthRow } from '#contract/embed-health.ts'
import { marks } from '#contract/marks.ts'
import type { BreakdownRow, NotCounted, PlayQuality, RetentionCurve, TimelinePoint } from '#contract/views.ts'
import type { By } from '../dimension-columns.ts'
import type { Column } from './column.ts'
import type { ExportedPlay } from './plays.ts'

/** Named as in the JSON of the API; units stand in the names, shares are 0 to 1. */
export function breakdownColumns(by: By): Column<BreakdownRow>[] {
  return [
    text(by, (row) => row.value),
    ...(by === 'page'
      ? [text<BreakdownRow>('title', (row) => row.title ?? ''), text<BreakdownRow>('site', (row) => row.site)]
      : []),
    ...counted,
    ...qualityColumns,
    text('surestGrade', (row) => row.grade),
    time('firstSeen', (row) => row.firstSeenMs),
    time('lastSeen', (row) => row.lastSeenMs),
    whole('liveNow', (row) => row.liveNow),
  ]
}

const counts = ['loads', 'visible', 'starts', 'autoplays', 'views', 'engaged', 'finishes', 'viewers'] as const

const counted: Column<BreakdownRow>[] = [
  ...counts.map((name) => whole<BreakdownRow>(name, (row) => row[name])),
  whole('watchedMs', (row) => row.watchedMs),
  whole('hiddenMs', (row) => row.hiddenMs),
  share('averageShare', (row) => row.averageShare),
]

const qualityColumns: Column<{ quality: PlayQuality }>[] = [
  whole('startupP50Ms', (row) => row.quality.startupP50Ms),
  whole('startupP95Ms', (row) => row.quality.startupP95Ms),
  share('stalledShare', (row) => row.quality.stalledShare),
  share('stallTimeShare', (row) => row.quality.stallTimeShare),
  share('errorShare', (row) => row.quality.errorShare),
]

export const timelineColumns: Column<TimelinePoint>[] = [
  time('at', (row) => row.atMs),
  whole('loads', (row) => row.loads),
  whole('starts', (row) => row.starts),
  whole('views', (row) => row.views),
  whole('watchedMs', (row) => row.watchedMs),
]

interface CurvePart {
  site: string
  starts: number
  part: number
  share: number
  repeats: number
}

/** A row for each part of each curve, as tables want it; the curve of all sites has no site. */
export function curvesToParts(curves: readonly RetentionCurve[]): CurvePart[] {
  return curves.flatMap(({ site, starts, shares, repeats }) =>
    shares.map((part, index) => ({ site: site ?? '', starts, part: index, share: part, repeats: repeats[index] ?? 0 })),
  )
}

export const retentionColumns: Column<CurvePart>[] = [
  text('site', (row) => row.site),
  whole('starts', (row) => row.starts),
  whole('part', (row) => row.part),
  share('share', (row) => row.share),
  share('repeats', (row) => row.repeats),
]

const troubles = ['fullscreenBlocked', 'autoplayBlocked', 'sandboxed', 'tooSmall', 'errors'] as const

export const healthColumns: Column<HealthRow>[] = [
  text('site', (row) => row.site),
  text('page', (row) => row.page),
  whole('loads', (row) => row.loads),
  whole('starts', (row) => row.starts),
  ...troubles.map((name) => whole<HealthRow>(name, (row) => row[name])),
  ...qualityColumns,
  text('fixes', (row) => row.fixes.join(' ')),
]

export const reasonColumns: Column<NotCounted['reasons'][number]>[] = [
  text('reason', (row) => row.mark),
  text('sentence', (row) => marks[row.mark].sentence),
  whole('plays', (row) => row.plays),
  text('sites', (row) => row.sites.map(({ site, plays }) => `${site} ${plays}`).join('; ')),
]

export const playColumns: Column<ExportedPlay>[] = [
  text('playId', (row) => row.playId),
  text('videoId', (row) => row.videoId),
  time('openedAt', (row) => row.openedAtMs),
  time('lastSeen', (row) => row.lastSeenMs),
  ...(['site', 'topSite', 'page', 'grade', 'country', 'device', 'language', 'key', 'referrer'] as const).map((name) =>
    text<ExportedPlay>(name, (row) => row[name]),
  ),
  yes('isVisible', (row) => row.isVisible),
  text('start', (row) => row.start),
  yes('isViewed', (row) => row.isViewed),
  yes('isEngaged', (row) => row.isEngaged),
  yes('isFinished', (row) => row.isFinished),
  whole('watchedMs', (row) => row.watchedMs),
  whole('hiddenMs', (row) => row.hiddenMs),
  share('coveredShare', (row) => row.coveredShare),
  ...(['durationMs', 'startupMs', 'stallCount', 'stallMs', 'errorCount'] as const).map((name) =>
    whole<ExportedPlay>(name, (row) => row[name]),
  ),
  yes('counts', (row) => row.counts),
  text('reasons', (row) => row.reasons.join(' ')),
  whole('definitionVersion', (row) => row.definitionVersion),
]

function text<Row>(name: string, of: (row: Row) => string): Column<Row> {
  return { name, type: 'text', of }
}

function whole<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, type: 'integer', of }
}

function share<Row>(name: string, of: (row: Row) => number | null): Column<Row> {
  return { name, type: 'number', of }
}

function yes<Row>(name: string, of: (row: Row) => boolean): Column<Row> {
  return { name, type: 'boolean', of }
}

function time<Row>(name: string, of: (row: Row) => number): Column<Row> {
  return { name, type: 'time', of }
}
