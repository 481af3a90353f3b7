import { gradeOfRank } from '#contract/grade.ts'
import { partCount } from '#contract/play-state.ts'
import type { PlayCounts, SiteRow } from '#contract/views.ts'

/** The ladder as the queries give it; `coveredParts` is summed over starts. */
export interface CountColumns {
  loads: number
  visible: number
  starts: number
  views: number
  engaged: number
  finishes: number
  viewers: number
  watchedMs: number
  coveredParts: number
}

export function toPlayCounts(row: CountColumns): PlayCounts {
  const { loads, visible, starts, views, engaged, finishes, viewers, watchedMs, coveredParts } = row
  const averageShare = starts === 0 ? 0 : coveredParts / partCount / starts
  return { loads, visible, starts, views, engaged, finishes, viewers, watchedMs, averageShare }
}

export const noPlays: PlayCounts = toPlayCounts({
  loads: 0,
  visible: 0,
  starts: 0,
  views: 0,
  engaged: 0,
  finishes: 0,
  viewers: 0,
  watchedMs: 0,
  coveredParts: 0,
})

/** How many plays have which grade, from how many have which rank. */
export function toGradeCounts(byRank: Record<string, number>): SiteRow['gradeCounts'] {
  const ranks = Object.entries(byRank)
  return Object.fromEntries(ranks.map(([rank, count]) => [gradeOfRank(Number(rank)), count]))
}
