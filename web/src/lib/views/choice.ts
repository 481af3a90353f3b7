import { grades } from '#contract/grade.ts'
import { type Dimension, dimensions, type ViewsFilter, viewsFilterSchema } from '#contract/views.ts'
import { dayOf, ownSpan, type Span } from './days.ts'

/** Which stretch of time the page shows; `own` is from one day to another. */
export const periods = ['day', 'week', 'month', 'quarter', 'all'] as const
export type Period = (typeof periods)[number] | 'own'

/** By what the tables tell plays apart. */
export type Tab = Dimension | 'video'

/** Everything that is chosen on the page; all of it stands in the address, so that it can be shared and gone back to. */
export interface Choice {
  period: Period
  /** First and last day (UTC), such as `2026-05-01`; only of `own`. */
  from: string
  to: string
  filters: Partial<Record<Dimension, string>>
  /** Everything that was received, also what does not count. */
  isRaw: boolean
  /** Null where the page decides. */
  by: Tab | null
}

export interface Change {
  period?: Period
  /** A value of null takes the filter away. */
  filters?: Partial<Record<Dimension, string | null>>
  isRaw?: boolean
  by?: Tab
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
// Today and the days before it, from midnight (UTC): days are added up, and compare with each other.
const daysOf = { week: 7, month: 30, quarter: 90 }

export function readChoice(query: URLSearchParams): Choice {
  const filters: Choice['filters'] = {}
  for (const dimension of dimensions) {
    const value = query.get(dimension)
    // What the API would refuse is no choice, as a day that does not exist is none.
    if (value !== null && viewsFilterSchema.shape[dimension].safeParse(value).success) filters[dimension] = value
  }
  const by = query.get('by')
  const own = ownDays(query.get('from'), query.get('to'))
  const period = periods.find((each) => each === query.get('period')) ?? 'all'
  return {
    period: own ? 'own' : period,
    from: own?.from ?? '',
    to: own?.to ?? '',
    filters,
    isRaw: query.get('counting') === 'raw',
    by: by === 'video' ? by : (dimensions.find((each) => each === by) ?? null),
  }
}

/** The address of this page for the choice with a change. */
export function pageQuery(choice: Choice, change: Change = {}): string {
  const { period, from, to, isRaw, by, filters } = applyChange(choice, change)
  const query = new URLSearchParams()
  if (period === 'own') {
    query.set('from', from)
    query.set('to', to)
  } else if (period !== 'all') query.set('period', period)
  for (const dimension of dimensions) {
    const value = filters[dimension]
    if (value !== undefined) query.set(dimension, value)
  }
  if (isRaw) query.set('counting', 'raw')
  if (by) query.set('by', by)
  return `?${query}`
}

/** The same question for the API. Starts are cut to the full hour, so that asking again a moment later asks the same. */
export function apiQuery(choice: Choice, nowMs: number): URLSearchParams {
  return queryOf(choice, spanOf(choice, nowMs))
}

/** The question about what to compare with, as `spanBefore` tells it; null where the whole time is shown. */
export function previousQuery(choice: Choice, nowMs: number): URLSearchParams | null {
  const before = spanBefore(choice, nowMs)
  return before && queryOf(choice, before)
}

/** The same stretch as many days earlier as it has, up to the same hour: so a Monday is compared with a Monday. */
export function spanBefore(choice: Choice, nowMs: number): (Span & { shiftMs: number }) | null {
  const { fromMs, toMs } = spanOf(choice, nowMs)
  if (fromMs === undefined) return null
  const end = Math.min(toMs ?? Number.POSITIVE_INFINITY, endOfHour(nowMs))
  if (end <= fromMs) return null
  const shiftMs = Math.ceil((end - fromMs) / dayMs) * dayMs
  return { fromMs: fromMs - shiftMs, toMs: end - shiftMs, shiftMs }
}

export function spanOf({ period, from, to }: Choice, nowMs: number): Partial<Span> {
  if (period === 'all') return {}
  if (period === 'own') return ownSpan(from, to)
  if (period === 'day') return { fromMs: endOfHour(nowMs) - dayMs }
  return { fromMs: (Math.floor(nowMs / dayMs) + 1 - daysOf[period]) * dayMs }
}

/** Whether all that is shown happened on one day (UTC): then nobody is counted twice among its viewers. */
export function isOneDay(choice: Choice, nowMs: number): boolean {
  const { fromMs, toMs } = spanOf(choice, nowMs)
  if (fromMs === undefined) return false
  return Math.floor(fromMs / dayMs) === Math.floor(((toMs ?? endOfHour(nowMs)) - 1) / dayMs)
}

/** The end of the hour that is not over; the API knows whole hours. */
export function endOfHour(nowMs: number): number {
  return (Math.floor(nowMs / hourMs) + 1) * hourMs
}

/** The same choice as the contract's filter, to be fixed in a link. */
export function filterOf(choice: Choice, nowMs: number): ViewsFilter {
  const { grade, ...values } = choice.filters
  const known = grades.find((each) => each === grade)
  return {
    ...spanOf(choice, nowMs),
    ...values,
    ...(known && { grade: known }),
    ...(choice.isRaw && { counting: 'raw' as const }),
  }
}

function queryOf({ filters, isRaw }: Choice, { fromMs, toMs }: Partial<Span>): URLSearchParams {
  const query = new URLSearchParams()
  if (fromMs !== undefined) query.set('fromMs', String(fromMs))
  if (toMs !== undefined) query.set('toMs', String(toMs))
  for (const [dimension, value] of Object.entries(filters)) query.set(dimension, value)
  if (isRaw) query.set('counting', 'raw')
  return query
}

function applyChange(choice: Choice, { filters = {}, ...rest }: Change): Choice {
  const next: Choice = { ...choice, ...rest, filters: { ...choice.filters } }
  for (const [dimension, value] of Object.entries(filters) as [Dimension, string | null][]) {
    if (value === null) delete next.filters[dimension]
    else next.filters[dimension] = value
  }
  return next
}

/** Two real days in their order, whichever stands first; one alone is a stretch of one day. */
function ownDays(from: string | null, to: string | null): { from: string; to: string } | null {
  const one = dayOf(from) ?? dayOf(to)
  const other = dayOf(to) ?? one
  if (one === null || other === null) return null
  return one <= other ? { from: one, to: other } : { from: other, to: one }
}
