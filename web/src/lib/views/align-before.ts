import type { Timeline, TimelinePoint } from '#contract/views.ts'

type Metric = Exclude<keyof TimelinePoint, 'atMs'>

/**
 * What was counted at the same place of the period before, point by point; null where that period has nothing to tell.
 * Hours before are added up where days are shown; days before tell nothing of hours.
 */
export function alignBefore(now: Timeline, before: Timeline, shiftMs: number, metric: Metric): (number | null)[] {
  const stepMs = stepLengthMs[now.step]
  if (stepLengthMs[before.step] > stepMs) return now.points.map(() => null)
  const counts = new Map<number, number>()
  for (const point of before.points) {
    const step = Math.floor(point.atMs / stepMs)
    counts.set(step, (counts.get(step) ?? 0) + point[metric])
  }
  return now.points.map((point) => counts.get(Math.floor((point.atMs - shiftMs) / stepMs)) ?? null)
}

const stepLengthMs = { hour: 3_600_000, day: 86_400_000 }
