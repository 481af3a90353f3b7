import { gradeOfRank } from '#contract/grade.ts'
import type { BreakdownRow } from '#contract/views.ts'
import { allSums } from '../../sums/sums-of-plays.ts'
import { readQuery } from './ask-plays.ts'
import type { Joins } from './join-rows.ts'
import { type CountColumns, type QualityColumns, toGradeCounts, toPlayCounts, toPlayQuality } from './play-counts.ts'

/** What `breakdown.sql` gives of each value, and of the whole. */
export interface BreakdownColumns extends CountColumns, QualityColumns {
  isWhole: number
  value: string
  site: string
  gradeCounts: Record<string, number>
  grade: number
  firstSeenMs: number
  lastSeenMs: number
}

export const breakdownQuery = readQuery('breakdown.sql')

const forHealth = ['fullscreen_blocked', 'autoplay_blocked', 'sandboxed', 'too_small']

/** The sums that the query needs. */
export const breakdownSums = allSums.filter((column) => !forHealth.includes(column))

export const breakdownJoins: Joins<BreakdownColumns> = {
  keys: ['isWhole', 'value', 'site'],
  least: ['firstSeenMs'],
  greatest: ['lastSeenMs', 'grade'],
}

export const nothing: BreakdownColumns = {
  ...{ isWhole: 1, value: '', site: '', loads: 0, visible: 0, starts: 0, autoplays: 0, views: 0, engaged: 0 },
  ...{ finishes: 0, viewers: 0, watchedMs: 0, hiddenMs: 0, coveredParts: 0, startups: {}, stalled: 0, stallMs: 0 },
  ...{ failed: 0, gradeCounts: {}, grade: 0, firstSeenMs: 0, lastSeenMs: 0 },
}

export function toRow(row: BreakdownColumns): BreakdownRow {
  return {
    value: row.value,
    site: row.site,
    ...toPlayCounts(row),
    quality: toPlayQuality(row),
    grade: gradeOfRank(row.grade),
    gradeCounts: toGradeCounts(row.gradeCounts),
    firstSeenMs: row.firstSeenMs,
    lastSeenMs: row.lastSeenMs,
    liveNow: 0,
  }
}
