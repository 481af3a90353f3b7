import type { ViewsFilter } from '#contract/views.ts'

/**
 * What somebody asks for, inside what a link has fixed: a fixed value stays whatever is asked, and a period can only
 * become shorter. What is not fixed may be chosen freely.
 */
export function narrowFilter(asked: ViewsFilter, fixed: ViewsFilter): ViewsFilter {
  return defined({
    ...asked,
    ...defined(fixed),
    fromMs: latest(asked.fromMs, fixed.fromMs),
    toMs: earliest(asked.toMs, fixed.toMs),
    // Who is shown everything that was received may still look at what counts.
    counting: fixed.counting === 'raw' ? (asked.counting ?? 'raw') : (fixed.counting ?? asked.counting),
  })
}

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}

function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

function defined(filter: ViewsFilter): ViewsFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
