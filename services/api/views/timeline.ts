import type { ClickHouseClient } from '@clickhouse/client'
import type { Timeline, TimelinePoint } from '#contract/views.ts'
import { type Chosen, readQuery } from './ask-plays.ts'
import { askParts } from './ask-sums.ts'
import { dayS, hourS } from './period.ts'
import { planOf } from './plan.ts'
import { planCells } from './plan-sums.ts'
import { type Span, spanOf } from './span.ts'

/** Plays by the hour or the day (UTC) in which they were opened, with the empty ones between. */
export async function readTimeline(clickhouse: ClickHouseClient, chosen: Chosen, nowMs: number): Promise<Timeline> {
  const plan = await planOf(clickhouse, chosen)
  const span = spanOf(plan, chosen.filter, nowMs)
  const step = chooseStep(span)
  if (span.toS <= span.fromS) return { step, points: [] }
  const cells = await planCells(
    clickhouse,
    { ...chosen, plan },
    { by: 'site', hasRows: false, columns: ['loads', 'starts', 'views', 'watched_ms'], longest: step },
  )
  const given = { joins: { keys: ['atMs'] }, stepS: stepS[step] } as const
  const rows = await askParts<TimelinePoint>(clickhouse, cells, query, given)
  return { step, points: fillGaps(rows, span, stepS[step]) }
}

/** Hours while they can be told apart on a screen. */
export function chooseStep({ fromS, toS }: Span): Timeline['step'] {
  return toS - fromS <= 3 * dayS ? 'hour' : 'day'
}

export function fillGaps(points: readonly TimelinePoint[], { fromS, toS }: Span, step: number): TimelinePoint[] {
  const known = new Map(points.map((point) => [point.atMs, point]))
  const filled: TimelinePoint[] = []
  for (let atS = fromS - (fromS % step); atS < toS; atS += step) {
    const atMs = atS * 1000
    filled.push(known.get(atMs) ?? { atMs, loads: 0, starts: 0, views: 0, watchedMs: 0 })
  }
  return filled
}

const query = readQuery('timeline.sql')

export const stepS = { hour: hourS, day: dayS }
