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
    { name: '30 days', fromMs: midnight(nowMs) - 29 * dayMs },
    { name: '7 days', fromMs: midnight(nowMs) - 6 * dayMs },
    { name: '24 hours', fromMs: Math.ceil((nowMs - dayMs) / hourMs) * hourMs },
    { name: 'a stretch', fromMs: startMs, toMs: startMs + lengthMs },
  ]
}

function midnight(atMs: number): number {
  return atMs - (atMs % dayMs)
}

/** The golden ratio's multiples spread evenly, and the same way every time. */
function fraction(index: number): number {
  return ((index + 1) * 0.6180339887498949) % 1
}
