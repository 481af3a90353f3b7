import type { ViewsFilter } from '#contract/views.ts'
import { hourS, type Period, periodOf } from './period.ts'
import type { Plan } from './plan.ts'

/** From the first hour of the question in which anything happened to its end; empty where nothing happened. */
export type Span = Period

export function spanOf({ videos }: Plan, filter: ViewsFilter, nowMs: number): Span {
  const seen = videos.filter(({ firstS }) => firstS > 0)
  if (seen.length === 0) return { fromS: 0, toS: 0 }
  const nextHourS = (Math.floor(nowMs / 1000 / hourS) + 1) * hourS
  const lastS = Math.max(...seen.map((video) => video.lastS))
  return {
    fromS: Math.min(...seen.map(({ firstS }) => firstS)),
    toS: Math.min(periodOf(filter).toS, Math.max(nextHourS, lastS + hourS)),
  }
}
