import type { ClickHouseClient } from '@clickhouse/client'
import type { TimelinePoint, ViewsDetails } from '#contract/views.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'

/** Plays by the hour or the day (UTC) in which they were opened, with the empty ones between; times as in `Span`. */
export async function readTimeline(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  span: Span,
): Promise<ViewsDetails['timeline']> {
  const step = chooseStep(span)
  if (span.toMs <= span.fromMs) return { step, points: [] }
  const rows = await askPlays<TimelinePoint>(clickhouse, query, chosen, { stepMs: stepMs[step] })
  return { step, points: fillGaps(rows, span, stepMs[step]) }
}

/** From the first play to the end of the question, in milliseconds since 1970; `toMs` is exclusive. */
export interface Span {
  fromMs: number
  toMs: number
}

/** Hours while they can be told apart on a screen. */
export function chooseStep({ fromMs, toMs }: Span): 'hour' | 'day' {
  return toMs - fromMs <= 3 * stepMs.day ? 'hour' : 'day'
}

export function fillGaps(points: readonly TimelinePoint[], { fromMs, toMs }: Span, step: number): TimelinePoint[] {
  const known = new Map(points.map((point) => [point.atMs, point]))
  const filled: TimelinePoint[] = []
  for (let atMs = fromMs - (fromMs % step); atMs < toMs; atMs += step) {
    filled.push(known.get(atMs) ?? { atMs, loads: 0, starts: 0, views: 0, watchedMs: 0 })
  }
  return filled
}

const query = readQuery('timeline.sql')

const stepMs = { hour: 60 * 60 * 1000, day: 24 * 60 * 60 * 1000 }
