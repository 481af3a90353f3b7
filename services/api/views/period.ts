import type { ViewsFilter } from '#contract/views.ts'

/** Whole hours in seconds since 1970; `toS` is exclusive. */
export interface Period {
  fromS: number
  toS: number
}

export const hourS = 3_600
export const dayS = 86_400

/** The filter's times, widened to whole hours. */
export function periodOf({ fromMs = 0, toMs = endOfTimeMs }: ViewsFilter): Period {
  const fromS = Math.floor(Math.min(fromMs, endOfTimeMs) / 1000 / hourS) * hourS
  return { fromS, toS: Math.ceil(Math.min(toMs, endOfTimeMs) / 1000 / hourS) * hourS }
}

// 2100: as far as ClickHouse's hours go.
const endOfTimeMs = Date.UTC(2100, 0)
