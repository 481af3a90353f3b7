import { type Level, levels } from '../../sums/levels.ts'
import { dayS, hourS, type Period } from './period.ts'
import type { Plan, VideoPlan } from './plan.ts'

/** A stretch whose sums are read. */
export interface ClosedStretch {
  videoId: string
  level: number
  startS: number
  /** Which of its sums count, in microseconds since 1970. */
  version: number
}

/** Hours of which plays are read. */
export interface OpenHours {
  videoId: string
  ranges: Period[]
}

export interface Reading {
  closed: ClosedStretch[]
  open: OpenHours[]
}

/** What is read from where: sums of the longest stretches, and plays of all other hours in which something happened. */
export function chooseStretches(plan: Plan, usable: readonly Level[], period: Period, most = mostNamed): Reading {
  const all = plan.videos.flatMap((video) => closedOf(video, new Set(usable)))
  // The shortest are left out where there are more than a query can name.
  const closed =
    all.length <= most.stretches ? all : all.sort((one, other) => other.level - one.level).slice(0, most.stretches)
  const byVideo = Map.groupBy(closed, ({ videoId }) => videoId)
  // Of many videos whole gaps are read, so that those with like gaps are named in one condition.
  const isTight = plan.videos.length <= fewVideos
  const open = plan.videos.map((video) => {
    const gaps = gapsBetween((byVideo.get(video.videoId) ?? []).map(periodOfStretch), period)
    return { videoId: video.videoId, ranges: touchedGaps(video, gaps, isTight) }
  })
  const reading = { closed, open: open.filter(({ ranges }) => ranges.length > 0) }
  if (closed.length === 0 || countRanges(reading) <= most.ranges) return reading
  const shortest = closed.reduce((level, stretch) => Math.min(level, stretch.level), Number.POSITIVE_INFINITY)
  return chooseStretches(
    plan,
    usable.filter((level) => levels[level] > shortest),
    period,
    most,
  )
}

/** Videos whose plays are read in the same ranges. */
export function videosByRanges(open: readonly OpenHours[]): { ranges: Period[]; videoIds: string[] }[] {
  const groups = Map.groupBy(open, ({ ranges }) => JSON.stringify(ranges))
  return [...groups.values()].map((videos) => ({
    ranges: videos[0]!.ranges,
    videoIds: videos.map(({ videoId }) => videoId),
  }))
}

function countRanges({ open }: Reading): number {
  return videosByRanges(open).reduce((sum, { ranges }) => sum + ranges.length, 0)
}

/**
 * What can be read apart: whole days, and younger time. Hours and plays stay together, for those of one day share its
 * viewers; the viewers of different days add up.
 */
export function splitReading(reading: Reading): Reading[] {
  const { closed, open } = reading
  const settled = closed.filter(({ level }) => level !== levels.hour)
  if (settled.length === 0 || open.length === 0) return [reading]
  return [
    { closed: settled, open: [] },
    { closed: closed.filter(({ level }) => level === levels.hour), open },
  ]
}

/** Leaves out what a longer stretch contains. */
function closedOf({ videoId, days }: VideoPlan, usable: ReadonlySet<Level>): ClosedStretch[] {
  const closed: ClosedStretch[] = []
  const months = new Set<number>()
  const add = (level: Level, startS: number, version: number) =>
    closed.push({ videoId, level: levels[level], startS, version })
  for (const [startS, monthVersion] of days) {
    if (monthVersion === 0 || !usable.has('month')) continue
    months.add(startS)
    add('month', startS, monthVersion)
  }
  for (const [startS, , dayVersion, , hours] of days) {
    if (months.has(monthStartS(startS))) continue
    if (dayVersion > 0 && usable.has('day')) add('day', startS, dayVersion)
    else if (usable.has('hour')) for (const [hourStartS, version] of hours) add('hour', hourStartS, version)
  }
  return closed
}

function gapsBetween(closed: readonly Period[], { fromS, toS }: Period): Period[] {
  const sorted = [...closed].sort((one, other) => one.fromS - other.fromS)
  const starts = [fromS, ...sorted.map((stretch) => stretch.toS)]
  const ends = [...sorted.map((stretch) => stretch.fromS), toS]
  return starts.map((startS, index) => ({ fromS: startS, toS: ends[index]! })).filter((gap) => gap.fromS < gap.toS)
}

/** The gaps in which anything happened; cut to the days on which it did, or else whole. */
function touchedGaps({ days }: VideoPlan, gaps: readonly Period[], isTight: boolean): Period[] {
  const touched = days
    .flatMap(([startS, , , isTouched]) => (isTouched ? [{ fromS: startS, toS: startS + dayS }] : []))
    .sort((one, other) => one.fromS - other.fromS)
  const ranges: Period[] = []
  let next = 0
  for (const gap of gaps) {
    while (next < touched.length && touched[next]!.toS <= gap.fromS) next++
    const first = touched[next]
    if (!first || first.fromS >= gap.toS) continue
    while (next + 1 < touched.length && touched[next + 1]!.fromS < gap.toS) next++
    const tight = { fromS: Math.max(gap.fromS, first.fromS), toS: Math.min(gap.toS, touched[next]!.toS) }
    ranges.push(isTight ? tight : gap)
  }
  return ranges
}

function periodOfStretch({ level, startS }: ClosedStretch): Period {
  if (level !== levels.month) return { fromS: startS, toS: startS + (level === levels.day ? dayS : hourS) }
  const start = new Date(startS * 1000)
  return { fromS: startS, toS: Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) / 1000 }
}

function monthStartS(startS: number): number {
  const start = new Date(startS * 1000)
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth()) / 1000
}

/** Stretches stand in the request's address, which may have a megabyte; ranges stand in the query. */
const mostNamed = { stretches: 5_000, ranges: 500 }

const fewVideos = 20
