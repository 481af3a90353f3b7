/** Which stretch of time the page shows. */
export const periods = ['all', 'month', 'week', 'day'] as const
export type Period = (typeof periods)[number]

const hourMs = 3_600_000
const spanMs = { day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs }

export function readPeriod(text: string | null): Period {
  return periods.find((period) => period === text) ?? 'all'
}

/**
 * The query for the API: since when, and on which site. The start is cut to the full hour, so that the page rendered on
 * the server and the same page a moment later in the browser ask the same question.
 */
export function viewsQuery(period: Period, site: string | null, nowMs: number): string {
  const query = new URLSearchParams()
  if (period !== 'all') query.set('fromMs', String(Math.floor((nowMs - spanMs[period]) / hourMs) * hourMs))
  if (site !== null) query.set('site', site)
  return query.size > 0 ? `?${query}` : ''
}

/** The address of this page for another choice. */
export function pageQuery(period: Period, site: string | null): string {
  const query = new URLSearchParams()
  if (period !== 'all') query.set('period', period)
  if (site !== null) query.set('site', site)
  return `?${query}`
}
