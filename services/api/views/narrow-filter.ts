import type { ViewsFilter } from '#contract/views.ts'

/** What is forced stands; of two times the narrower holds. */
export function narrowFilter(asked: ViewsFilter, forced: ViewsFilter = {}): ViewsFilter {
  const narrowed = { ...asked, ...defined(forced) }
  const fromMs = narrower(Math.max, asked.fromMs, forced.fromMs)
  const toMs = narrower(Math.min, asked.toMs, forced.toMs)
  return defined({ ...narrowed, fromMs, toMs })
}

function narrower(choose: (one: number, other: number) => number, one?: number, other?: number): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : choose(one, other)
}

function defined(filter: { [Key in keyof ViewsFilter]: ViewsFilter[Key] | undefined }): ViewsFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
