// Each signal in a real Chromium, over the real programs: what the specification says is what the play's row says.
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { EmbedHealth } from '#contract/embed-health.ts'
import { partCount } from '#contract/play-steps.ts'
import type { Breakdown, NotCounted } from '#contract/views.ts'
import { newVisitor } from '#support/browser.ts'
import { clipSeconds, type KnownPlay, type SignalStage, startSignalStage } from '#support/signals.ts'
import { until } from '#support/until.ts'
import {
  closeTab,
  playerFrame,
  pressPlay,
  startWatching,
  type Watching,
  watchingIn,
  watchUntil,
} from '#support/viewer.ts'

// Two cores decode that many small pictures at once without a stall.
vi.setConfig({ maxConcurrency: 5 })

let stage: SignalStage
// Tabs come and go in it; a context that ends with its last tab would cut what that tab still sends.
let visitor: BrowserContext

beforeAll(async () => {
  stage = await startSignalStage()
  visitor = await newVisitor(stage.browser)
  await visitor.newPage()
})

afterAll(() => stage?.stop())

/** Opens a page of another site that holds this, and leaves it open. */
async function show(address: string, body: string, headers?: Record<string, string>) {
  const page = await visitor.newPage()
  await page.goto(stage.sites.publish(address, body, headers))
  return page
}

/** Somebody watches a moment of it and leaves. */
async function watchBriefly(address: string, body: string): Promise<void> {
  const watching = await startWatching(visitor, stage.sites.publish(address, body))
  await watchUntil(watching, 0.5)
  await watching.leave()
}

/** The player is there, instead of the browser's word that it refused to show it. */
async function expectShown(page: Page): Promise<void> {
  const urls = await until(
    async () => page.frames().map((frame) => frame.url()),
    (all) => all.some((url) => url.includes('/embed/') || url.startsWith('chrome-error:')),
  )
  expect(urls).toContainEqual(expect.stringContaining('/embed/'))
}

/** The play of a site that a person started and left. */
const playLeftOn = (site: string) => stage.play({ site }, (play) => play.started === 1 && play.isPlaying === 0)

const pageOn = (address: string) => stage.sites.publish(address, '').split('?')[0]!

const surely = expect.toBeOneOf(['attested', 'delivered'])

describe.concurrent('the site of a play', { timeout: 60_000 }, () => {
  test('is attested with the page’s path by our iframe code, without query and fragment', async () => {
    const url = stage.sites.publish('snippet.example/post/1', stage.snippets.iframe)
    const watching = await startWatching(visitor, `${url}?secret=1#part`)
    await watching.leave()
    expect(await playLeftOn('snippet.example')).toMatchObject({ page: url, topSite: '', grade: surely, marks: [] })
  })

  test('is attested without the path where an iframe says nothing of referrers', async () => {
    await watchBriefly('plain.example/post/1', stage.iframe())
    expect(await playLeftOn('plain.example')).toMatchObject({ page: '', topSite: '', grade: surely, marks: [] })
  })

  test('has its path and title from embed.js where the page keeps it from the Referer', async () => {
    const noPolicy =
      '<script>Object.defineProperty(HTMLIFrameElement.prototype, "referrerPolicy", { set() {} })</script>'
    await watchBriefly('script.example/thread/7', `${noPolicy}<body>${stage.snippets.script}`)
    const page = pageOn('script.example/thread/7')
    expect(await playLeftOn('script.example')).toMatchObject({ page, grade: surely, marks: [] })
    const pages = `/api/videos/${stage.videoId}/views/by/page?site=script.example`
    const rows = async () => ((await (await stage.owner.request(pages)).json()) as Breakdown).rows
    // Titles are written in the background.
    expect(await until(rows, ([row]) => row?.title != null)).toMatchObject([{ value: page, title: 'A page' }])
  })

  test('is reported by the ancestors alone where a page sends no Referer', async () => {
    await show('quiet.example/secret', stage.iframe('', 'referrerpolicy="no-referrer"'))
    expect(await stage.play({ site: 'quiet.example' })).toMatchObject({ page: '', grade: 'reported' })
  })

  test('is hidden where nothing tells, and it counts all the same', async () => {
    const page = await visitor.newPage()
    await page.route('**/open', (route) => route.abort())
    await page.goto(stage.sites.publish('nobody.example/', stage.iframe('?key=nobody', 'referrerpolicy="no-referrer"')))
    await (await pressPlay(page)).leave()
    const play = await stage.play({ embedKey: 'nobody' }, ({ started, isPlaying }) => started === 1 && isPlaying === 0)
    expect(play).toMatchObject({ site: '(hidden)', topSite: '', page: '', grade: 'hidden', marks: [] })
  })

  test('is hidden where the frame around the player has no origin, and its top site is kept', async () => {
    const inner = stage.iframe('?key=masked').replaceAll('"', '&quot;')
    const page = await show(
      'masked.example/',
      `<meta name="referrer" content="no-referrer"><iframe sandbox="allow-scripts" width="700" height="400" srcdoc="${inner}"></iframe>`,
    )
    await expectShown(page)
    expect(await stage.play({ embedKey: 'masked' })).toMatchObject({
      site: '(hidden)',
      topSite: 'masked.example',
      page: '',
      grade: 'hidden',
    })
  })

  test('is hidden where the page has no origin, and it plays and counts all the same', async () => {
    const headers = { 'Content-Security-Policy': 'sandbox allow-scripts', 'Referrer-Policy': 'no-referrer' }
    const page = await show('no-origin.example/', stage.iframe('?key=no-origin'), headers)
    await expectShown(page)
    await (await pressPlay(page)).leave()
    const play = await stage.play({ embedKey: 'no-origin' }, (one) => one.started === 1 && one.isPlaying === 0)
    expect(play).toMatchObject({ site: '(hidden)', topSite: '', page: '', grade: 'hidden', sandboxed: 1, marks: [] })
  })

  test('is known in a sandbox without an origin, which is told', async () => {
    await watchBriefly('sandbox.example/a', stage.iframe('', 'sandbox="allow-scripts"'))
    expect(await playLeftOn('sandbox.example')).toMatchObject({ grade: surely, sandboxed: 1, marks: [] })
  })

  test('is known in a sandbox that keeps the origin, which hinders nothing', async () => {
    await watchBriefly('open-sandbox.example/a', stage.iframe('', 'sandbox="allow-scripts allow-same-origin"'))
    expect(await playLeftOn('open-sandbox.example')).toMatchObject({ grade: surely, sandboxed: 0, marks: [] })
  })

  test('is the frame around the player, with the top site beside it; what any frame on the way forbids is told', async () => {
    const article = stage.sites.publish(
      'article.example/a',
      stage.iframe('', 'referrerpolicy="no-referrer-when-downgrade"'),
    )
    await watchBriefly('reader.example/', `<iframe src="${article}" width="700" height="500"></iframe>`)
    expect(await playLeftOn('article.example')).toMatchObject({
      topSite: 'reader.example',
      page: article,
      grade: surely,
      fullscreenBlocked: 1,
      marks: [],
    })
  })

  test('is in conflict where the browser’s words differ, and both are kept', async () => {
    const player = `${stage.system.url}/embed/${stage.videoId}`
    const lent = stage.sites.publish('goodname.example/', `<script>location.replace('${player}')</script>`)
    await show('borrower.example/', `<iframe src="${lent}" width="640" height="360"></iframe>`)
    expect(await stage.play({ site: 'goodname.example' })).toMatchObject({
      topSite: 'borrower.example',
      grade: 'conflict',
    })
  })

  test('is not what a lying page says in the handshake', async () => {
    const lie = `<script>addEventListener('message', ({ data, source }) => {
      if (data?.qqvideo === 'hello') source.postMessage({ qqvideo: 'page', url: 'https://famous.example/front' }, '*')
    })</script>`
    await watchBriefly('liar.example/a', lie + stage.iframe('?via=script'))
    expect(await playLeftOn('liar.example')).toMatchObject({ page: '', topSite: '', grade: surely })
    expect(await stage.plays(({ site, topSite }) => [site, topSite].includes('famous.example'))).toEqual([])
  })

  test('is this site where the player is a page of its own', async () => {
    const page = await visitor.newPage()
    await page.goto(`${stage.system.url}/embed/${stage.videoId}?key=alone`)
    expect(await stage.play({ embedKey: 'alone' })).toMatchObject({ site: '(this site)', grade: 'reported', marks: [] })
  })
})

/** A stretch of the video that was played, in seconds. */
type Stretch = [from: number, to: number]

/** Jumps, and tells where the media clock was until then. */
const jump = ({ frame }: Watching, toSeconds: number) =>
  frame.evaluate<number>(
    `(() => { const video = document.querySelector('video'), from = video.currentTime; video.currentTime = ${toSeconds}; return from })()`,
  )

/** Waits until something is true of the media element. */
const videoIs = ({ frame }: Watching, truth: string) =>
  until(() => frame.evaluate<boolean>(`document.querySelector('video').${truth}`), Boolean)

/** Expects the parts of these stretches; a starved machine tells the player up to a second late that a seek is over. */
function expectParts(parts: number[], stretches: Stretch[]): void {
  const partSeconds = clipSeconds / partCount
  const within = (part: number, lateSeconds: number, slack: number) =>
    stretches.some(
      ([from, to]) => part >= (from + lateSeconds) / partSeconds - slack && part <= to / partSeconds - 1 + slack,
    )
  const every = Array.from({ length: partCount }, (_, part) => part)
  expect(parts).toEqual(expect.arrayContaining(every.filter((part) => within(part, 1, -0.5))))
  expect(parts.filter((part) => !within(part, 0, 2))).toEqual([])
}

/** What of each stretch had been played before. */
const overlaps = (stretches: Stretch[]) =>
  stretches.flatMap(([from, to], index) =>
    stretches
      .slice(0, index)
      .map(([earlierFrom, earlierTo]): Stretch => [Math.max(from, earlierFrom), Math.min(to, earlierTo)])
      .filter(([start, end]) => start < end),
  )

function expectWatched(play: KnownPlay, seconds: number): void {
  expect(Math.abs(play.watchedMs - seconds * 1000)).toBeLessThan(1_000)
}

describe.concurrent('what was watched', { timeout: 90_000 }, () => {
  test('is what the media clock ran through, however often somebody seeks; repeats and covered parts are theirs', async () => {
    const watching = await startWatching(visitor, stage.sites.publish('seeker.example/a', stage.iframe()))
    const stretches: Stretch[] = []
    let from = 0
    for (const [until, to] of [
      [2, 12],
      [13.5, 1],
      [2.5, 18],
      [19.5, 12.5],
      [13.5, 6],
    ] as const) {
      await watchUntil(watching, until)
      stretches.push([from, await jump(watching, to)])
      from = to
      await videoIs(watching, 'seeking === false')
    }
    await watchUntil(watching, 7)
    stretches.push([from, await watching.leave()])
    const play = await playLeftOn('seeker.example')
    expectWatched(
      play,
      stretches.reduce((sum, [start, end]) => sum + end - start, 0),
    )
    expectParts(play.covered, stretches)
    expectParts(play.repeated, overlaps(stretches))
    expect(play.repeated).not.toEqual([])
    expect(play).toMatchObject({ started: 1, finished: 0, marks: [] })
  })

  test('does not grow while it is paused', async () => {
    const watching = await startWatching(visitor, stage.sites.publish('pauser.example/a', stage.iframe()))
    await watchUntil(watching, 1)
    await watching.frame.locator('video').click()
    await videoIs(watching, 'paused')
    const pausedAt = await stage.play({ site: 'pauser.example', isPlaying: 0, started: 1 })
    const wall = Date.now()
    await until(
      async () => Date.now() - wall,
      (ms) => ms > 3_000,
    )
    await watching.frame.locator('video').click()
    await stage.play({ site: 'pauser.example', isPlaying: 1 })
    await watchUntil(watching, 2)
    const seconds = await watching.leave()
    const play = await stage.play(
      { site: 'pauser.example' },
      (one) => one.isPlaying === 0 && one.watchedMs > pausedAt.watchedMs,
    )
    expectWatched(play, seconds)
    expect(play.viewed).toBe(0)
  })

  test('is wall time at double speed, so that the end may come before half of the length was watched', async () => {
    const watching = await startWatching(visitor, stage.sites.publish('hasty.example/a', stage.iframe()))
    await watching.frame.selectOption('.speed', { label: '2×' })
    const changedAt = await watching.position()
    await videoIs(watching, 'ended')
    const play = await stage.play({ site: 'hasty.example', finished: 1, isPlaying: 0 })
    expectWatched(play, changedAt + (clipSeconds - changedAt) / 2)
    expect(play).toMatchObject({ viewed: 1, engaged: 0, errors: 0, marks: [] })
    expect(play.covered).toHaveLength(partCount)
  })

  test('is known to the moment in which the tab was closed', async () => {
    const watching = await startWatching(visitor, stage.sites.publish('closer.example/a', stage.iframe()))
    await watchUntil(watching, 3.4)
    const seconds = await watching.leave()
    const play = await playLeftOn('closer.example')
    expectWatched(play, seconds)
    expect(play.watchedMs).toBeGreaterThan(3_000)
  })

  test('goes on in the same play where a page comes back from the browser’s cache, without the time between', async () => {
    const { page } = await stage.openWindow()
    await page.goto(stage.sites.publish('returner.example/a', stage.iframe()))
    await page.evaluate('window.isKept = true')
    const watching = await pressPlay(page)
    await watchUntil(watching, 2)
    const before = await watching.position()
    await page.goto(stage.sites.publish('returner.example/b', 'Another page'))
    const left = await playLeftOn('returner.example')
    expectWatched(left, before)
    await page.evaluate('history.back()')
    await until(() => page.evaluate<boolean>('window.isKept === true'), Boolean)
    const backAtMs = Date.now()
    // Playwright knows nothing of the frames of a page that comes back, but its mouse does.
    await page.mouse.click(320, 180)
    await stage.play({ site: 'returner.example' }, ({ watchedMs }) => watchedMs > left.watchedMs + 4_000)
    await closeTab(page)
    const play = await stage.play({ site: 'returner.example', isPlaying: 0 })
    expect(play.playId).toBe(left.playId)
    expect(play.watchedMs - left.watchedMs).toBeLessThan(Date.now() - backAtMs)
    expect(play.marks).toEqual([])
  })

  test('is two plays of one viewer in two tabs', async () => {
    const url = stage.sites.publish('twice.example/a', stage.iframe())
    const tabs = await Promise.all([startWatching(visitor, url), startWatching(visitor, url)])
    await Promise.all(tabs.map((tab) => watchUntil(tab, 1)))
    await Promise.all(tabs.map((tab) => tab.leave()))
    const plays = await until(
      () => stage.plays(({ site, started }) => site === 'twice.example' && started === 1),
      ({ length }) => length === 2,
    )
    expect(new Set(plays.map(({ viewer }) => viewer)).size).toBe(1)
    expect(plays[0]!.viewer).not.toBe('0')
    expect(plays.flatMap(({ marks }) => marks)).toEqual([])
  })
})

describe.concurrent('autoplay', { timeout: 60_000 }, () => {
  test('is kept apart from what people start, and counts on screen', async () => {
    await show('auto.example/a', stage.iframe('?autoplay=1&muted=1'))
    const play = await stage.play({ site: 'auto.example' }, ({ started, visible }) => started + visible === 2)
    expect(play).toMatchObject({ autoplay: 1, autoplayBlocked: 0, marks: [] })
  })

  test('with sound is refused by the browser, which is told; a press afterwards is a person’s', async () => {
    const page = await show('loud.example/a', stage.iframe('?autoplay=1'))
    await stage.play({ site: 'loud.example', autoplayBlocked: 1, started: 0 })
    await (await pressPlay(page)).leave()
    expect(await playLeftOn('loud.example')).toMatchObject({ autoplay: 0, autoplayBlocked: 1, marks: [] })
  })

  test('with sound is allowed on a page in which somebody has pressed something, but not where its frame has no leave', async () => {
    const bare = stage.iframe('?autoplay=1').replace('allow="autoplay; fullscreen"', '')
    const page = await show(
      'leave.example/a',
      `<button onclick="show()">Show</button><p></p><script>
      function show() { document.querySelector('p').innerHTML = ${JSON.stringify(stage.iframe('?autoplay=1&key=leave') + bare)} }
    </script>`,
    )
    await page.click('button')
    const allowed = await stage.play({ site: 'leave.example', embedKey: 'leave', started: 1 })
    expect(allowed).toMatchObject({ autoplay: 1, autoplayBlocked: 0, fullscreenBlocked: 0 })
    const forbidden = await stage.play({ site: 'leave.example', embedKey: '', autoplayBlocked: 1 })
    expect(forbidden).toMatchObject({ started: 0, fullscreenBlocked: 1 })
  })

  test('below the fold is kept and not counted, until somebody scrolls there', async () => {
    const page = await show(
      'fold.example/a',
      `<p style="height:3000px">Text</p>${stage.iframe('?autoplay=1&muted=1&loop=1')}`,
    )
    const below = await stage.play(
      { site: 'fold.example' },
      ({ started, watchedMs }) => started === 1 && watchedMs > 1_000,
    )
    expect(below).toMatchObject({ visible: 0, autoplay: 1, marks: ['neverOnScreen'] })
    await page.locator('iframe').scrollIntoViewIfNeeded()
    expect(await stage.play({ site: 'fold.example', visible: 1 })).toMatchObject({ marks: [] })
  })

  test('in a frame too small to see is kept and not counted', async () => {
    await show(
      'tiny.example/a',
      `<style>iframe { width: 8px; height: 8px }</style>${stage.iframe('?autoplay=1&muted=1')}`,
    )
    const play = await stage.play({ site: 'tiny.example', started: 1 })
    expect(play).toMatchObject({ width: 8, height: 8, visible: 0 })
    expect(play.marks).toContain('tinyPlayer')
  })
})

describe.concurrent('a hidden tab', { timeout: 60_000 }, () => {
  test('is loaded and not visible', async () => {
    const { page, putAway } = await stage.openWindow()
    await putAway(true)
    await page.goto(stage.sites.publish('background.example/a', stage.iframe()))
    expect(await stage.play({ site: 'background.example' })).toMatchObject({ visible: 0, started: 0, marks: [] })
    await putAway(false)
    expect(await stage.play({ site: 'background.example', visible: 1 })).toMatchObject({ started: 0 })
  })

  test('has its time kept apart from what was watched before', async () => {
    const { page, putAway } = await stage.openWindow()
    await page.goto(stage.sites.publish('switcher.example/a', stage.iframe()))
    const watching = await pressPlay(page)
    await watchUntil(watching, 2)
    await watching.frame.evaluate(
      "document.addEventListener('visibilitychange', () => { window.shownSeconds = document.querySelector('video').currentTime })",
    )
    await putAway(true)
    const shownSeconds = await until(
      () => watching.frame.evaluate<number>('window.shownSeconds'),
      (seconds) => seconds > 0,
    )
    await watchUntil(watching, shownSeconds + 3)
    const seconds = await watching.leave()
    const play = await playLeftOn('switcher.example')
    expectWatched(play, shownSeconds)
    expect(Math.abs(play.hiddenMs - (seconds - shownSeconds) * 1000)).toBeLessThan(1_000)
    expect(play.marks).toEqual([])
  })

  test('plays nothing that asks for autoplay before it was shown', async () => {
    const { page, putAway } = await stage.openWindow()
    await putAway(true)
    await page.goto(stage.sites.publish('patient.example/a', stage.iframe('?autoplay=1&muted=1')))
    await stage.play({ site: 'patient.example', started: 0, visible: 0 })
    await putAway(false)
    expect(await stage.play({ site: 'patient.example', started: 1, visible: 1 })).toMatchObject({
      hiddenMs: 0,
      autoplay: 1,
      marks: [],
    })
  })

  test('in which it played from beginning to end is kept and not counted', async () => {
    const { page, putAway } = await stage.openWindow()
    await page.goto(stage.sites.publish('sleeper.example/a', `<p style="height:1200px">Text</p>${stage.iframe()}`))
    const frame = await playerFrame(page)
    await frame.dispatchEvent('.stage', 'pointerenter')
    const watching = watchingIn(page, frame)
    await videoIs(watching, 'readyState === 4')
    await putAway(true)
    await frame.evaluate("document.querySelector('.play').click()")
    await watchUntil(watching, 2)
    await watching.leave()
    const play = await playLeftOn('sleeper.example')
    expect(play).toMatchObject({ visible: 0, watchedMs: 0, viewed: 0, marks: ['hiddenAllAlong'] })
    expect(play.hiddenMs).toBeGreaterThan(1_000)
  })
})

describe.concurrent('who watches', { timeout: 60_000 }, () => {
  test('is the owner on our own pages, whose play is kept and not counted', async () => {
    const context = await newVisitor(stage.browser)
    await stage.owner.signIn(context)
    await context.newPage()
    await (await startWatching(context, `${stage.system.url}/embed/${stage.videoId}?key=own`)).leave()
    const play = await stage.play({ embedKey: 'own', started: 1 })
    expect(play).toMatchObject({ site: '(this site)', marks: ['ownPlay'] })
  })

  test('is a robot where it says so, whose play is kept and not counted', async () => {
    const userAgent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
    const context = await stage.browser.newContext({ userAgent })
    await context.newPage()
    const url = stage.sites.publish('robot.example/a', stage.iframe())
    await (await startWatching(context, url)).leave()
    expect(await stage.play({ site: 'robot.example', started: 1 })).toMatchObject({ grade: surely, marks: ['bot'] })
  })

  test('is nobody in particular where the browser asks for privacy, and the play counts', async () => {
    const context = await newVisitor(stage.browser)
    await context.setExtraHTTPHeaders({ 'Sec-GPC': '1' })
    await context.newPage()
    const url = stage.sites.publish('private.example/a', stage.iframe())
    await (await startWatching(context, url)).leave()
    expect(await playLeftOn('private.example')).toMatchObject({ viewer: '0', marks: [] })
  })
})

describe('Views Details', () => {
  const ask = async <Answer>(path: string) =>
    (await (await stage.owner.request(`/api/videos/${stage.videoId}/views${path}`)).json()) as Answer

  /** What the plays themselves say of each site, without those that do not count. */
  async function countSites() {
    const counting = Object.groupBy(await stage.plays(({ marks }) => marks.length === 0), ({ site }) => site)
    const sum = (plays: KnownPlay[], read: (play: KnownPlay) => number) =>
      plays.reduce((total, play) => total + read(play), 0)
    return Object.entries(counting).map(([site, plays = []]) => ({
      value: site,
      loads: plays.length,
      visible: sum(plays, (play) => play.visible),
      starts: sum(plays, (play) => play.started),
      autoplays: sum(plays, (play) => play.autoplay),
      views: sum(plays, (play) => play.viewed),
      finishes: sum(plays, (play) => play.finished),
      viewers: new Set(plays.filter((play) => play.started === 1 && play.viewer !== '0').map((play) => play.viewer))
        .size,
      watchedMs: sum(plays, (play) => play.watchedMs),
    }))
  }

  beforeAll(() => visitor.close())

  test('show of each site exactly what its plays told', async () => {
    const [rows, counted] = await until(
      async () => [(await ask<Breakdown>('/by/site?limit=500')).rows, await countSites()] as const,
      ([shown, told]) =>
        shown.reduce((sum, row) => sum + row.watchedMs, 0) === told.reduce((sum, row) => sum + row.watchedMs, 0),
    )
    const byName = (one: { value: string }, other: { value: string }) => (one.value < other.value ? -1 : 1)
    expect([...rows].sort(byName)).toMatchObject(counted.sort(byName))
    expect(rows.find(({ value }) => value === 'twice.example')).toMatchObject({ starts: 2, viewers: 1 })
    expect(rows.find(({ value }) => value === 'goodname.example')).toMatchObject({ grade: 'conflict' })
    expect(rows.map(({ value }) => value)).not.toContain('robot.example')
  })

  test('tell why the others are not counted', async () => {
    const { reasons } = await ask<NotCounted>('/not-counted')
    const told = Object.fromEntries(reasons.map(({ mark, sites }) => [mark, sites.map(({ site }) => site)]))
    expect(told).toMatchObject({
      bot: ['robot.example'],
      ownPlay: ['(this site)'],
      tinyPlayer: ['tiny.example'],
      hiddenAllAlong: ['sleeper.example'],
    })
  })

  test('tell which page forbids the player what', async () => {
    const { rows } = await ask<EmbedHealth>('/health?limit=100')
    const row = (site: string) => rows.find((one) => one.site === site)
    expect(row('article.example')).toMatchObject({ fullscreenBlocked: 1, sandboxed: 0 })
    expect(row('sandbox.example')).toMatchObject({ sandboxed: 1 })
    expect(row('loud.example')).toMatchObject({ autoplayBlocked: 1 })
  })
})
