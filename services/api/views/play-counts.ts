import { type Grade, gradeOfRank } from '#contract/grade.ts'
import { partCount } from '#contract/play-state.ts'
import type { PlayCounts, PlayQuality } from '#contract/views.ts'
import { quantileMs } from './startup-histogram.ts'

/** The ladder as the queries give it; `coveredParts` is summed over starts. */
export interface CountColumns extends Omit<PlayCounts, 'averageShare'> {
  coveredParts: number
}

/** How well it played, as the queries give it; `startups` has how many starts fell into which bucket of time. */
export interface QualityColumns {
  loads: number
  starts: number
  watchedMs: number
  startups: Record<string, number>
  stalled: number
  stallMs: number
  failed: number
}

export function toPlayCounts(row: CountColumns): PlayCounts {
  const { loads, visible, starts, autoplays, views, engaged, finishes, viewers, watchedMs, hiddenMs } = row
  const averageShare = shareOf(row.coveredParts / partCount, starts)
  return { loads, visible, starts, autoplays, views, engaged, finishes, viewers, watchedMs, hiddenMs, averageShare }
}

export function toPlayQuality({
  loads,
  starts,
  watchedMs,
  startups,
  stalled,
  stallMs,
  failed,
}: QualityColumns): PlayQuality {
  return {
    startupP50Ms: quantileMs(startups, 0.5),
    startupP95Ms: quantileMs(startups, 0.95),
    stalledShare: shareOf(stalled, starts),
    stallTimeShare: shareOf(stallMs, watchedMs + stallMs),
    errorShare: shareOf(failed, loads),
  }
}

/** How many plays have which grade, from how many have which rank. */
export function toGradeCounts(byRank: Record<string, number>): Partial<Record<Grade, number>> {
  const ranks = Object.entries(byRank)
  return Object.fromEntries(ranks.map(([rank, count]) => [gradeOfRank(Number(rank)), count]))
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
