import { readChoice, spanOf } from '../../web/src/lib/views/choice.ts'
import type { Span } from '../../web/src/lib/views/days.ts'
import { type Dataset, dayMs, hourMs } from './dataset.ts'

export interface Period {
  name: string
  fromMs?: number
  toMs?: number
}

/** The periods that the page offers, and a stretch of the year that differs from run to run but not from day to day. */
export function periodsOf({ fromMs, openMs, nowMs }: Dataset, run: number): Period[] {
  const lengthMs = Math.ceil((hourMs + fraction(2 * run) * 120 * dayMs) / hourMs) * hourMs
  const startMs = fromMs + Math.floor((fraction(2 * run + 1) * (openMs - lengthMs - fromMs)) / hourMs) * hourMs
  return [
    { name: 'all time' },
    { name: '30 days', ...offered('month', nowMs) },
    { name: '7 days', ...offered('week', nowMs) },
    { name: '24 hours', ...offered('day', nowMs) },
    { name: 'a stretch', fromMs: startMs, toMs: startMs + lengthMs },
  ]
}

function offered(period: string, nowMs: number): Partial<Span> {
  return spanOf(readChoice(new URLSearchParams({ period })), nowMs)
}

/** The golden ratio's multiples spread evenly, and the same way every time. */
function fraction(index: number): number {
  return ((index + 1) * 0.6180339887498949) % 1
}
