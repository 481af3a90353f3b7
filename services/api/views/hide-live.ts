import type { Breakdown, BreakdownRow, ViewsDetails } from '#contract/views.ts'
import type { RowsWanted } from './rows-wanted.ts'
import type { Asked } from './views-subject.ts'

/** Whether what is fixed for a guest lies in the past: who watches at this moment is then none of what he was given. */
export function hidesLive({ forced }: Pick<Asked, 'forced'>, nowMs: number): boolean {
  return forced?.toMs !== undefined && forced.toMs <= nowMs
}

/** The same page with nobody on it now; the details are shared with others and stay as they are. */
export function withoutLive(details: ViewsDetails): ViewsDetails {
  const { totals, sites, live } = details
  return {
    ...details,
    totals: { ...totals, liveNow: 0 },
    sites: sites.map(rowWithoutLive),
    live: { watching: 0, sites: [], minutes: live.minutes.map(() => 0) },
  }
}

export function rowsWithoutLive(breakdown: Breakdown): Breakdown {
  return { ...breakdown, rows: breakdown.rows.map(rowWithoutLive) }
}

/** The order of rows would tell what their numbers don't. */
export function sortWithoutLive<Wanted extends Pick<RowsWanted, 'sort'>>(wanted: Wanted): Wanted {
  return wanted.sort === 'liveNow' ? { ...wanted, sort: 'starts' } : wanted
}

function rowWithoutLive(row: BreakdownRow): BreakdownRow {
  return { ...row, liveNow: 0 }
}
