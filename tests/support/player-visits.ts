// What tests of the player do again and again: put it on a page of another site, look at it and leave.
import type { Frame } from 'playwright-core'
import { vi } from 'vitest'
import { type PlayerPage, playerFrame } from './player-page.ts'
import { type TestSite, videoId } from './player-site.ts'
import { until } from './until.ts'

type HeardBeacon = TestSite['beacons'][number]

/** `now` gives the site and the page of the test that runs. */
export function playerVisits(now: () => Pick<PlayerPage, 'site' | 'page'>) {
  /** Puts a page on another site and goes there. */
  async function visit(address: string, body: string): Promise<void> {
    const { site, page } = now()
    site.pages.set(address.replace(/\?.*/, ''), `<!doctype html><title>A page</title>${body}`)
    const [host, path] = [address.slice(0, address.indexOf('/')), address.slice(address.indexOf('/'))]
    await page.goto(`http://${host}:${site.port}${path}`)
  }

  const beacon = (condition: (beacon: HeardBeacon) => boolean) =>
    vi.waitUntil(() => now().site.beacons.find(condition), 15_000)

  /** Leaves the page and gives the last that was heard of the play. */
  async function leave(): Promise<HeardBeacon> {
    const { site, page } = now()
    const before = Math.max(0, ...site.beacons.map(({ seq }) => seq))
    await page.goto('about:blank')
    await beacon(({ seq }) => seq > before)
    return site.beacons.reduce((last, one) => (one.seq > last.seq ? one : last))
  }

  const countRequests = (isOne: (path: string) => boolean) =>
    now().site.requests.filter(({ path }) => isOne(path)).length

  return {
    visit,
    beacon,
    leave,
    iframe: (query = '', attributes = '') =>
      `<iframe src="${now().site.origin}/embed/${videoId}${query}" width="640" height="360" allow="autoplay; fullscreen" ${attributes}></iframe>`,
    player: () => playerFrame(now().page),
    /** How often a player asked what became of its video. */
    asked: () => countRequests((path) => path.endsWith('/state')),
    documentsLoaded: () => countRequests((path) => path === `/embed/${videoId}`),
  }
}

export const positionReaches = (frame: Frame, seconds: number) =>
  until(
    () => frame.evaluate<number>("document.querySelector('video').currentTime"),
    (position) => position >= seconds,
  )

/** What the browser itself says was played, in milliseconds of media. */
export const playedMs = (frame: Frame) =>
  frame.evaluate<number>(`(() => {
    const { played } = document.querySelector('video')
    let seconds = 0
    for (let range = 0; range < played.length; range++) seconds += played.end(range) - played.start(range)
    return seconds * 1_000
  })()`)

/** As if a minute were over. */
export const seemLater = (frame: Frame) =>
  frame.evaluate(() => {
    const now = performance.now.bind(performance)
    performance.now = () => now() + 60_000
  })
