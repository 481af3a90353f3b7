import type { Timeline, TimelinePoint } from '#contract/views.ts'

type Metric = Exclude<keyof TimelinePoint, 'atMs'>

/** What was counted at the same place of the period before, point by point; null where that period has nothing to tell. */
export function alignBefore(now: Timeline, before: Timeline, shiftMs: number, metric: Metric): (number | null)[] {
  const stepMs = stepLengthMs[before.step]
  const counts = new Map(before.points.map((point) => [Math.floor(point.atMs / stepMs), point[metric]]))
  return now.points.map((point) => counts.get(Math.floor((point.atMs - shiftMs) / stepMs)) ?? null)
}

const stepLengthMs = { hour: 3_600_000, day: 86_400_000 }
