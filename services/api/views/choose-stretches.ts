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

/** What is read from where: sums of the longest stretches, and plays of all other hours in which anything happened. */
export function chooseStretches(plan: Plan, usable: readonly Level[], period: Period, most = mostStretches): Reading {
  const all = plan.videos.flatMap((video) => closedOf(video, new Set(usable)))
  // The shortest are left out where there are more than a query can name.
  const closed = all.length <= most ? all : all.sort((one, other) => other.level - one.level).slice(0, most)
  const byVideo = Map.groupBy(closed, ({ videoId }) => videoId)
  const open = plan.videos.map((video) => ({
    videoId: video.videoId,
    ranges: openRanges(video, (byVideo.get(video.videoId) ?? []).map(periodOfStretch), period),
  }))
  return { closed, open: open.filter(({ ranges }) => ranges.length > 0) }
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

/** As few ranges as there can be: one runs on over time in which nothing happened. */
function openRanges({ days }: VideoPlan, closed: readonly Period[], { fromS, toS }: Period): Period[] {
  const between = [...closed].sort((one, other) => one.fromS - other.fromS)
  const touched = days.filter(([, , , isTouched]) => isTouched).sort((one, other) => one[0] - other[0])
  const ranges: Period[] = []
  let next = 0
  for (const [startS] of touched) {
    let atS = Math.max(startS, fromS)
    const endS = Math.min(startS + dayS, toS)
    while (atS < endS) {
      while (next < between.length && between[next]!.toS <= atS) next++
      const stretch = between[next]
      if (stretch && stretch.fromS <= atS) {
        atS = stretch.toS
        continue
      }
      const untilS = Math.min(endS, stretch?.fromS ?? endS)
      const last = ranges.at(-1)
      if (last && !hasClosedBetween(between, next, last.toS)) last.toS = untilS
      else ranges.push({ fromS: atS, toS: untilS })
      atS = untilS
    }
  }
  return ranges
}

/** Whether the stretch before the next one lies behind a range that ends then. */
function hasClosedBetween(between: readonly Period[], next: number, endS: number): boolean {
  return next > 0 && between[next - 1]!.fromS >= endS
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

// They stand in the request's address, which may have a megabyte.
const mostStretches = 5_000
