import type { ViewsFilter } from '#contract/views.ts'
import { hourS } from './period.ts'

/** What is forced stands; of two times the narrower holds. */
export function narrowFilter(asked: ViewsFilter, forced: ViewsFilter = {}): ViewsFilter {
  const narrowed = { ...asked, ...defined(forced) }
  // Plays are counted by the hour: of a forced period only hours that lie in it whole, for the others hold more.
  const fromMs = narrower(Math.max, asked.fromMs, forced.fromMs && Math.ceil(forced.fromMs / hourMs) * hourMs)
  const toMs = narrower(Math.min, asked.toMs, forced.toMs && Math.floor(forced.toMs / hourMs) * hourMs)
  return defined({ ...narrowed, fromMs, toMs })
}

const hourMs = hourS * 1000

function narrower(choose: (one: number, other: number) => number, one?: number, other?: number): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : choose(one, other)
}

function defined(filter: { [Key in keyof ViewsFilter]: ViewsFilter[Key] | undefined }): ViewsFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
