import { newPlayId } from '../../services/contract/ids.ts'
import type { PlayState } from '../../services/contract/play-state.ts'
import type { PlayToken } from '../../services/contract/play-token.ts'
import { type DemoSite, demoSites } from './demo-sites.ts'
import { inventMarks } from './invent-marks.ts'
import { inventState } from './invent-state.ts'
import { inventViewer, type Viewer } from './invent-viewer.ts'

export interface InventedPlay {
  token: PlayToken
  state: PlayState
  /** Bits of the contract's marks. */
  marks: number
  /** Its segments were seen being served. */
  isDelivered: boolean
  receivedAtMs: number
}

const dayMs = 24 * 60 * 60 * 1000
const month = 30

/** A month of plays that could have been: sites pick the video up one after another, flare up, and fade. Differs from run to run. */
export function* inventPlays(video: {
  videoId: string
  durationMs: number
  plays: number
  nowMs: number
}): Generator<InventedPlay> {
  const whole = demoSites.reduce((sum, site) => sum + site.weight, 0)
  for (const site of demoSites) {
    const plays = Math.round((video.plays * site.weight) / whole)
    for (let play = 0; play < plays; play++) yield inventPlay(video, site)
  }
}

function inventPlay(video: { videoId: string; durationMs: number; nowMs: number }, site: DemoSite): InventedPlay {
  const viewer = inventViewer(site)
  const issuedAtMs = Math.round(video.nowMs - ageOf(site) * dayMs - video.durationMs * 2)
  const state = inventState(video.durationMs, site)
  return {
    token: tokenOf(video, site, viewer, issuedAtMs),
    state,
    marks: inventMarks(),
    isDelivered: site.grade === 'attested' && Math.random() < 0.8,
    receivedAtMs: issuedAtMs + state.startupMs + state.watchedMs + 500,
  }
}

/** In days. Most of a site's plays fall on the days after it picked the video up; a few come at any time since. */
function ageOf(site: DemoSite): number {
  const daysSince = month - site.day
  const early = -Math.log(1 - Math.random()) * 5
  // The first is the one that picked it up; some of the last are of this very hour.
  if (Math.random() < 0.004) return Math.random() / 48
  return daysSince - (early < daysSince ? early : Math.random() * daysSince)
}

function tokenOf(
  video: { videoId: string; durationMs: number },
  site: DemoSite,
  viewer: Viewer,
  issuedAtMs: number,
): PlayToken {
  const { referrers = [''] } = site
  return {
    videoId: video.videoId,
    playId: newPlayId(),
    site: site.site,
    topSite: '',
    page: pageOf(site),
    grade: site.grade,
    embedKey: site.embedKey ?? '',
    issuedAtMs,
    expiresAtMs: issuedAtMs + dayMs / 2,
    viewer: viewer.hash,
    durationMs: video.durationMs,
    isOwn: false,
    isOpened: true,
    country: viewer.country,
    device: viewer.device,
    language: viewer.language,
    referrer: referrers[Math.floor(Math.random() * referrers.length)]!,
  }
}

function pageOf(site: DemoSite): string {
  // The front of the list is what most people find.
  const path = site.pages[Math.floor(Math.random() ** 2 * site.pages.length)]!
  return path && !site.site.startsWith('(') ? `https://${site.site}${path}` : ''
}
