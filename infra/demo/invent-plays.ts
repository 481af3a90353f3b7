import type { Grade } from '../../services/contract/grade.ts'
import { newPlayId } from '../../services/contract/ids.ts'
import type { PlayState } from '../../services/contract/play-state.ts'
import type { PlayToken } from '../../services/contract/play-token.ts'

export interface InventedPlay {
  token: PlayToken
  state: PlayState
  receivedAtMs: number
}

interface DemoSite {
  site: string
  pages: string[]
  /** Day of the month on which it picked the video up, and its share of all plays. */
  day: number
  weight: number
  grade: Grade
  /** How much of the video people there watch, 0 to 1, and how many of those who see it press play. */
  patience: number
  appetite: number
}

const sites: DemoSite[] = [
  { site: '(this site)', pages: [''], day: 0, weight: 9, grade: 'attested', patience: 0.72, appetite: 0.95 },
  {
    site: 'patternlab.example',
    pages: ['/articles/infinity', '/'],
    day: 1,
    weight: 16,
    grade: 'attested',
    patience: 0.82,
    appetite: 0.7,
  },
  {
    site: 'mathforum.example',
    pages: ['/t/1887', '/t/1890', '/t/2044'],
    day: 2,
    weight: 13,
    grade: 'attested',
    patience: 0.64,
    appetite: 0.55,
  },
  {
    site: 'morning-paper.example',
    pages: ['/culture/pretty-numbers'],
    day: 5,
    weight: 24,
    grade: 'reported',
    patience: 0.34,
    appetite: 0.21,
  },
  {
    site: 'classroom.example',
    pages: ['/year-9/lesson-12'],
    day: 6,
    weight: 7,
    grade: 'attested',
    patience: 0.93,
    appetite: 0.9,
  },
  { site: 'lea.github.io', pages: ['/fractals'], day: 8, weight: 4, grade: 'attested', patience: 0.58, appetite: 0.6 },
  {
    site: 'designweekly.example',
    pages: ['/issue/214'],
    day: 10,
    weight: 10,
    grade: 'attested',
    patience: 0.47,
    appetite: 0.4,
  },
  { site: '企鹅视频.example', pages: ['/推荐'], day: 12, weight: 6, grade: 'attested', patience: 0.6, appetite: 0.5 },
  { site: 'quietreader.example', pages: [''], day: 14, weight: 3, grade: 'claimed', patience: 0.4, appetite: 0.3 },
  {
    site: 'screensavers.example',
    pages: ['/top', '/new'],
    day: 17,
    weight: 5,
    grade: 'attested',
    patience: 0.22,
    appetite: 0.8,
  },
  {
    site: 'mirror-of-mirrors.example',
    pages: ['/x'],
    day: 20,
    weight: 2,
    grade: 'conflict',
    patience: 0.12,
    appetite: 0.5,
  },
  { site: '(hidden)', pages: [''], day: 3, weight: 3, grade: 'hidden', patience: 0.5, appetite: 0.4 },
]

const dayMs = 24 * 60 * 60 * 1000
const month = 30

/** A month of plays that could have been: sites pick the video up one after another, flare up, and fade. Differs from run to run. */
export function* inventPlays(video: {
  videoId: string
  durationMs: number
  plays: number
  nowMs: number
}): Generator<InventedPlay> {
  const whole = sites.reduce((sum, site) => sum + site.weight, 0)
  for (const site of sites) {
    const plays = Math.round((video.plays * site.weight) / whole)
    for (let play = 0; play < plays; play++) yield inventPlay(video, site)
  }
}

function inventPlay(video: { videoId: string; durationMs: number; nowMs: number }, site: DemoSite): InventedPlay {
  // Most of a site's plays fall on the days after it picked the video up; a few come at any time since.
  const daysSince = month - site.day
  const early = -Math.log(1 - Math.random()) * 5
  const age = early < daysSince ? early : Math.random() * daysSince
  const issuedAtMs = Math.round(video.nowMs - (daysSince - age) * dayMs - video.durationMs * 2)
  const state = inventState(video.durationMs, site)
  return {
    token: {
      videoId: video.videoId,
      playId: newPlayId(),
      site: site.site,
      topSite: '',
      page: pageOf(site),
      grade: site.grade,
      embedKey: '',
      issuedAtMs,
      expiresAtMs: issuedAtMs + dayMs / 2,
      viewer: viewerOf(site),
      durationMs: video.durationMs,
      isOwn: false,
      isOpened: true,
    },
    state,
    receivedAtMs: issuedAtMs + state.startupMs + state.watchedMs + 500,
  }
}

function pageOf(site: DemoSite): string {
  // The front of the list is what most people find.
  const path = site.pages[Math.floor(Math.random() ** 2 * site.pages.length)]!
  return path && !site.site.startsWith('(') ? `https://${site.site}${path}` : ''
}

/** Some people come back on the same day. */
function viewerOf(site: DemoSite): string {
  const crowd = 40 + site.weight * 60
  return (BigInt(Math.floor(Math.random() * crowd)) * 7_919n + BigInt(site.day * 1_000_003 + 17))
    .toString(16)
    .padStart(16, '0')
}

function inventState(durationMs: number, { patience, appetite }: DemoSite): PlayState {
  const isVisible = Math.random() < 0.9
  const isStarted = isVisible && Math.random() < appetite
  // A bend that keeps many to the end where patience is high, and loses most at once where it is low.
  const share = isStarted ? Math.min(1, Math.random() ** (1 / (3 * patience) - 0.25)) : 0
  const parts = Math.round(share * 100)
  const jitter = Math.random()
  return {
    visible: isVisible,
    started: isStarted ? (jitter < 0.15 ? 'autoplay' : 'person') : 'no',
    playing: false,
    watchedMs: Math.round(share * durationMs),
    hiddenMs: 0,
    covered: ((1n << BigInt(parts)) - 1n).toString(16).padStart(25, '0'),
    repeats: jitter > 0.9 ? Math.round(parts / 6) : 0,
    positionMs: Math.round(share * durationMs),
    startupMs: isStarted ? Math.round(90 + jitter * 700) : 0,
    stalls: jitter > 0.96 ? 1 : 0,
    stallMs: jitter > 0.96 ? 800 : 0,
    errors: 0,
    quality: jitter > 0.4 ? 540 : 360,
    playerWidth: 640,
    playerHeight: 360,
    fullscreenBlocked: false,
    autoplayBlocked: false,
    sandboxed: false,
  }
}
