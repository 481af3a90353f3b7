import type { Notification } from '#contract/alerts.ts'
import type { FoundSite } from './find-new-sites.ts'

/** What an owner is told; of `more-sites` no site is named. */
export interface Alert extends FoundSite {
  kind: Notification['kind']
}

/** What was told of one video within the last day. */
export interface ToldLately {
  sites: number
  isMoreTold: boolean
}

/** Nobody reads on; and forged sites must fill neither the list nor an owner's server. */
export const mostAlertsPerDay = 50

/** Each video's first new sites of a day are told one by one; that there are more is told once. */
export function limitAlerts(fresh: readonly FoundSite[], toldLately: ReadonlyMap<string, ToldLately>): Alert[] {
  const told = new Map<string, ToldLately>()
  return fresh.flatMap((found): Alert[] => {
    const { sites, isMoreTold } = told.get(found.videoId) ?? toldLately.get(found.videoId) ?? nothing
    if (sites < mostAlertsPerDay) {
      told.set(found.videoId, { sites: sites + 1, isMoreTold })
      return [{ ...found, kind: 'new-site' }]
    }
    told.set(found.videoId, { sites, isMoreTold: true })
    return isMoreTold ? [] : [{ ...found, kind: 'more-sites', site: '', page: '' }]
  })
}

const nothing: ToldLately = { sites: 0, isMoreTold: false }
