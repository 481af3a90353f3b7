import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { isFinish, isView, nothingCovered, partCount } from '#contract/play-steps.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { playerFrame, stateIs, usePlayerPage } from '#support/player-page.ts'
import { readyVideo, type TestSite, videoId } from '#support/player-site.ts'
import { iframeSnippet, scriptSnippet } from '../../services/api/embed/snippets.ts'

let site: TestSite
let browser: Browser
let context: BrowserContext
let page: Page
usePlayerPage((fresh) => {
  ;({ site, browser, context, page } = fresh)
})

/** Puts a page on another site and goes there. */
async function visit(address: string, body: string): Promise<void> {
  site.pages.set(address.replace(/\?.*/, ''), `<!doctype html><title>A page</title>${body}`)
  const [host, path] = [address.slice(0, address.indexOf('/')), address.slice(address.indexOf('/'))]
  await page.goto(`http://${host}:${site.port}${path}`)
}

const iframe = (query = '', attributes = '') =>
  `<iframe src="${site.origin}/embed/${videoId}${query}" width="640" height="360" allow="autoplay; fullscreen" ${attributes}></iframe>`

const player = () => playerFrame(page)

const positionReaches = (frame: Frame, seconds: number) =>
  frame.waitForFunction((least) => document.querySelector('video')!.currentTime >= least, seconds)

/** What the browser itself says was played, in milliseconds of media. */
const playedMs = (frame: Frame) =>
  frame.evaluate(() => {
    const { played } = document.querySelector('video')!
    let seconds = 0
    for (let range = 0; range < played.length; range++) seconds += played.end(range) - played.start(range)
    return seconds * 1_000
  })

const beacon = (condition: (beacon: TestSite['beacons'][number]) => boolean) =>
  vi.waitUntil(() => site.beacons.find(condition), 15_000)

/** How often a player asked what became of its video. */
const asked = () => site.requests.filter(({ path }) => path.endsWith('/state')).length

const documentsLoaded = () => site.requests.filter(({ path }) => path === `/embed/${videoId}`).length

/** As if a minute were over. */
const seemLater = (frame: Frame) =>
  frame.evaluate(() => {
    const now = performance.now.bind(performance)
    performance.now = () => now() + 60_000
  })

/** Leaves the page and gives the last that was heard of the play. */
async function leave(): Promise<TestSite['beacons'][number]> {
  const before = Math.max(0, ...site.beacons.map(({ seq }) => seq))
  await page.goto('about:blank')
  await beacon(({ seq }) => seq > before)
  return site.beacons.reduce((last, one) => (one.seq > last.seq ? one : last))
}

describe('an embedded player', () => {
  it('weighs next to nothing before it plays, sets no cookie, and tells load and visibility', async () => {
    await visit('blog.example/post', iframeSnippet(site.origin, site.video))
    await beacon(({ state }) => state.visible)
    const gets = site.requests.filter(({ method }) => method === 'GET')
    expect(gets.map((request) => request.path)).toEqual([`/embed/${videoId}`, '/poster.jpg'])
    expect(gets[0]!.bytes).toBeLessThan(15_000)
    expect(site.requests.filter(({ method }) => method === 'POST').map((request) => request.path)).toEqual([
      `/embed/${videoId}/open`,
      '/beacon',
      '/beacon',
    ])
    expect(site.requests.some((request) => request.hasCookie)).toBe(false)
    expect(await context.cookies()).toEqual([])
    expect(site.beacons[0]!.play).toMatchObject({
      site: 'blog.example',
      page: `http://blog.example:${site.port}/post`,
      grade: 'attested',
    })
    expect(site.beacons[0]).toMatchObject({ seq: 1, state: { visible: false, started: 'no', watchedMs: 0 } })
  })

  it('measures exactly what was watched through pause, seek and end', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 2)
    await frame.press('body', 'k')
    await stateIs(frame, 'paused')
    const beforeSeek = await playedMs(frame)
    await frame.press('body', '7')
    await frame.press('body', ' ')
    await stateIs(frame, 'ended')
    const played = await playedMs(frame)
    const { state, play } = await leave()
    expect(beforeSeek).toBeGreaterThanOrEqual(1_900)
    expect(Math.abs(state.watchedMs - played)).toBeLessThan(500)
    expect(state).toMatchObject({ started: 'person', hiddenMs: 0, errors: 0, playing: false, playerWidth: 640 })
    expect(state.startupMs).toBeGreaterThan(0)
    expect(isView(state, play.durationMs)).toBe(true)
    expect(isFinish(state, play.durationMs)).toBe(false)
    expect(new Set(site.beacons.map((one) => one.play.playId)).size).toBe(1)
    expect(new Set(site.beacons.map((one) => one.token)).size).toBe(1)
  })

  it('counts a seek where it was, though a busy page hears of it late', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 1)
    const leftAt = await frame.evaluate(() => {
      const video = document.querySelector('video')!
      const position = video.currentTime
      video.currentTime = 4
      const since = performance.now()
      while (performance.now() - since < 1_000);
      return position
    })
    await positionReaches(frame, 5.5)
    const played = await playedMs(frame)
    const { state, play } = await leave()
    expect(Math.abs(state.watchedMs - played)).toBeLessThan(500)
    const part = (seconds: number) => Math.floor((seconds * 1_000 * partCount) / play.durationMs)
    const isCovered = (one: number) => (BigInt(`0x${state.covered}`) >> BigInt(one)) & 1n
    for (let one = part(leftAt) + 3; one < part(4); one++) expect(isCovered(one)).toBe(0n)
  })

  it('tells what was watched until the page was left in the middle', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 1.5)
    const played = await playedMs(frame)
    const { state } = await leave()
    expect(state.watchedMs).toBeGreaterThan(played - 500)
    expect(state.watchedMs).toBeLessThan(played + 1_500)
    expect(state.playing).toBe(false)
  })

  it('is watched again once its page comes back from the browser’s cache', async () => {
    await visit('blog.example/post', iframe('?loop=1'))
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 1)
    await frame.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    const left = await beacon(({ state }) => state.started === 'person' && state.playing === false)
    await frame.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await beacon(({ seq, state }) => seq > left.seq && state.playing === true)
  })

  it('measures wall time at double speed', async () => {
    await visit('blog.example/post', iframe('?muted=1'))
    const frame = await player()
    await frame.click('.play')
    await stateIs(frame, 'playing')
    await frame.selectOption('.speed', { label: '2×' })
    const slowMs = await playedMs(frame)
    await stateIs(frame, 'ended')
    const { state, play } = await leave()
    const expectedMs = slowMs + (play.durationMs - slowMs) / 2
    expect(Math.abs(state.watchedMs - expectedMs)).toBeLessThan(600)
    expect(isFinish(state, play.durationMs)).toBe(true)
  })

  it('plays two qualities with the sound apart, and lets people choose', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await stateIs(frame, 'playing')
    await frame.selectOption('.quality', { label: '360p' })
    await frame.waitForFunction(() => document.querySelector('video')!.videoHeight === 360)
    expect((await leave()).state.quality).toBe(360)
  })

  it('names its parts to those who can’t see them', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    expect(await frame.getAttribute('.play', 'aria-label')).toBe('Play: Colours & tones')
    await frame.focus('.play')
    await page.keyboard.press('Enter')
    await stateIs(frame, 'playing')
    await frame.getByRole('button', { name: 'Pause' }).waitFor()
    await frame.getByRole('slider', { name: 'Position' }).waitFor()
    expect(await frame.evaluate(() => document.activeElement?.ariaLabel)).toBe('Pause')
    await page.keyboard.press('m')
    await frame.getByRole('button', { name: 'Unmute' }).waitFor()
  })
})

describe('what a viewer can tell of a play', () => {
  it('is its id to copy, how far it counts and how it plays, at a key or a button', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.getByRole('button', { name: /^Play/ }).click()
    await stateIs(frame, 'playing')
    await page.keyboard.press('i')
    const panel = frame.getByRole('region', { name: 'About this play' })
    const { play } = await beacon(({ state }) => state.started === 'person')
    await panel.getByText(`Play id ${play.playId}`).waitFor()
    await panel.getByText(/Counted so far: loaded → seen → started → view/).waitFor()
    await panel.getByText('The server knows of it.').waitFor()
    await panel.getByText(/Picture: (640 × 360|320 × 180)/).waitFor()
    await panel.getByText(/Loaded ahead: \d+\.\d s/).waitFor()
    await panel.getByRole('button', { name: 'Copy' }).press('Enter')
    await panel.getByRole('button', { name: 'Copied' }).waitFor()
    await page.evaluate(() => document.body.append(document.createElement('textarea')))
    await page.locator('textarea').focus()
    await page.keyboard.press('ControlOrMeta+v')
    expect(await page.locator('textarea').inputValue()).toBe(play.playId)
    const button = frame.getByRole('button', { name: 'About this play' })
    await panel.getByRole('button').press('Escape')
    await panel.waitFor({ state: 'hidden' })
    expect(await frame.evaluate(() => document.activeElement?.ariaLabel)).toBe('About this play')
    await button.press('Enter')
    await panel.waitFor()
  })

  it('tells that nothing arrives where something keeps the player from telling', async () => {
    site.beaconStatus = 503
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.getByRole('button', { name: /^Play/ }).click()
    await stateIs(frame, 'playing')
    await page.keyboard.press('i')
    await frame.getByText('The server knows nothing of it yet.').waitFor()
  })
})

describe('embed.js', () => {
  it('inserts players and tells them the page, without its query', async () => {
    const snippet = scriptSnippet(site.origin, site.video)
    await visit(
      'forum.example/thread/1?x=1',
      `<p>Look:</p>${snippet.replace('data-video', 'data-key="partner" data-video')}`,
    )
    const { play } = await beacon(() => true)
    expect(play).toMatchObject({
      site: 'forum.example',
      page: `http://forum.example:${site.port}/thread/1`,
      grade: 'attested',
      embedKey: 'partner',
    })
  })

  it('tells the page where the site hides it from the Referer', async () => {
    await visit(
      'forum.example/quiet',
      `<meta name="referrer" content="origin"><body><script async src="${site.origin}/embed.js"></script>
       <qq-video src="${site.origin}/watch/${videoId}"></qq-video>`,
    )
    await page.evaluate(() => document.querySelector('iframe')!.remove())
    await page.evaluate((source) => {
      const element = document.createElement('qq-video')
      element.setAttribute('src', source)
      document.body.append(element)
    }, `${site.origin}/watch/${videoId}`)
    expect((await beacon(() => true)).play.page).toBe(`http://forum.example:${site.port}/quiet`)
  })

  it('shows a player at the end of the page where it stands in the head, and says so', async () => {
    const warnings: string[] = []
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
    const snippet = scriptSnippet(site.origin, site.video)
    await visit('forum.example/head', `${snippet}${snippet.replace('async', '')}<body><p>Text</p><p>More</p></body>`)
    await page.waitForSelector('p:last-of-type ~ iframe ~ iframe')
    expect(await page.$$eval('body > iframe', (frames) => frames.length)).toBe(2)
    expect(warnings.filter((text) => text.includes('<head>'))).not.toHaveLength(0)
    await beacon(({ state }) => state.visible)
  })

  it('keeps the place free before the player is there, for several on a page', async () => {
    const snippet = scriptSnippet(site.origin, { ...site.video, width: 400, height: 400 })
    await visit('forum.example/two', `<div style="width:300px">${snippet}${snippet}</div>`)
    await vi.waitUntil(() => site.requests.filter(({ path }) => path === '/beacon').length >= 2, 10_000)
    const sizes = await page.$$eval('iframe', (frames) => frames.map((one) => [one.clientWidth, one.clientHeight]))
    expect(sizes).toEqual([
      [300, 300],
      [300, 300],
    ])
  })
})

describe('the site of a play', () => {
  it('is what the document knew where it can’t be told more', async () => {
    site.isOpenReachable = false
    await visit('blog.example/post', iframe())
    expect((await beacon(() => true)).play).toMatchObject({ site: 'blog.example', grade: 'reported' })
  })

  it('is reported where a page sends no Referer', async () => {
    await visit('blog.example/post', iframe('', 'referrerpolicy="no-referrer"'))
    expect((await beacon(() => true)).play).toMatchObject({ site: 'blog.example', page: '', grade: 'reported' })
  })

  it('is the frame around the player, with the top site beside it', async () => {
    site.pages.set('article.example/a', iframe())
    await visit(
      'reader.example/',
      `<iframe src="http://article.example:${site.port}/a" width="700" height="500"></iframe>`,
    )
    expect((await beacon(() => true)).play).toMatchObject({
      site: 'article.example',
      topSite: 'reader.example',
      grade: 'attested',
    })
  })

  it('is this site where the player is a page of its own', async () => {
    await page.goto(`${site.origin}/embed/${videoId}`)
    expect((await beacon(() => true)).play).toMatchObject({ site: '(this site)', grade: 'reported' })
  })
})

describe('a player under restraint', () => {
  it('plays in a sandbox without an origin, and says so', async () => {
    await visit('blog.example/post', iframe('', 'sandbox="allow-scripts"'))
    const frame = await player()
    await frame.click('.play')
    await stateIs(frame, 'playing')
    expect((await beacon(({ state }) => state.started === 'person')).state.sandboxed).toBe(true)
  })

  it('says that autoplay is forbidden, and waits for a person', async () => {
    await visit('blog.example/post', iframe('?autoplay=1'))
    await beacon(({ state }) => state.autoplayBlocked)
    const frame = await player()
    await stateIs(frame, 'poster')
    await frame.click('.play')
    expect((await beacon(({ state }) => state.started !== 'no')).state.started).toBe('person')
  })

  it('is started by a person who presses a key where autoplay was forbidden', async () => {
    await visit('blog.example/post', iframe('?autoplay=1'))
    await beacon(({ state }) => state.autoplayBlocked)
    const frame = await player()
    await frame.focus('.play')
    await page.keyboard.press('k')
    expect((await beacon(({ state }) => state.started !== 'no')).state.started).toBe('person')
  })

  it('waits for a press where the owner wants one, and does not take that for the page’s doing', async () => {
    await page.route(`**/embed/${videoId}?*`, async (route) => {
      const answer = await route.fetch()
      await route.fulfill({
        response: answer,
        body: (await answer.text()).replace('"isLive":', '"clickToPlay":true,$&'),
      })
    })
    await visit('blog.example/post', iframe('?autoplay=1&muted=1'))
    await beacon(({ state }) => state.visible)
    const frame = await player()
    expect(await frame.getAttribute('.stage', 'data-state')).toBe('poster')
    expect(site.requests.some(({ path }) => path.startsWith('/media/'))).toBe(false)
    await frame.click('.play')
    const { state } = await beacon((one) => one.state.started !== 'no')
    expect(state).toMatchObject({ started: 'person', autoplayBlocked: false })
  })

  it('says how little of it there is to see, though its stage keeps a least height', async () => {
    await visit('blog.example/post', iframe().replace('height="360"', 'height="12"'))
    expect((await beacon(() => true)).state).toMatchObject({ playerWidth: 640, playerHeight: 12 })
  })

  it('plays by itself where it is silent', async () => {
    await visit('blog.example/post', iframe('?autoplay=1&muted=1&start=6'))
    const { state } = await beacon((one) => one.state.started !== 'no')
    expect(state).toMatchObject({ started: 'autoplay', autoplayBlocked: false })
    const frame = await player()
    await stateIs(frame, 'ended')
    expect((await leave()).state.watchedMs).toBeLessThan(2_600)
  })

  it('brings the bar back to a finger, and hides it again', async () => {
    const phone = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } })
    page = await phone.newPage()
    await visit('blog.example/post', `<meta name="viewport" content="width=device-width">${iframe('?loop=1')}`)
    const frame = await player()
    await frame.tap('.play')
    await frame.waitForSelector('.stage[data-idle]')
    await frame.tap('video')
    await frame.waitForSelector('.stage[data-state="playing"]:not([data-idle])')
    await frame.tap('.row button')
    await stateIs(frame, 'paused')
    await phone.close()
  })

  it('says that it needs scripts, and offers no button, where it may run none', async () => {
    await visit('blog.example/post', iframe('', 'sandbox'))
    const frame = await player()
    await frame.waitForSelector('noscript > .notice')
    expect(await frame.isVisible('.play')).toBe(false)
    expect(await frame.isVisible('.title')).toBe(false)
  })

  it('says that full screen is forbidden', async () => {
    await visit('blog.example/post', iframe().replace('; fullscreen', ''))
    expect((await beacon(() => true)).state.fullscreenBlocked).toBe(true)
  })

  it('tells when the line is cut, and goes on by itself', async () => {
    let isCut = true
    await page.route('**/master.m3u8', (route) => (isCut ? route.abort() : route.continue()))
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await frame.waitForSelector('.notice:not([hidden])')
    expect(await frame.textContent('.notice')).toContain('Trying again')
    isCut = false
    await stateIs(frame, 'playing')
    expect(await frame.isHidden('.notice')).toBe(true)
    expect((await leave()).state.errors).toBeGreaterThan(0)
  })

  it('keeps the chosen speed however often the line breaks, where the browser plays by itself', async () => {
    await page.addInitScript(() => {
      for (const name of ['MediaSource', 'ManagedMediaSource']) delete (window as never)[name]
    })
    let isCut = false
    let cuts = 0
    await page.route('**/master.m3u8', (route) => {
      if (!isCut) return route.continue()
      cuts++
      return route.abort()
    })
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    console.log(
      await frame.evaluate(() => {
        const v = document.querySelector('video')!
        return JSON.stringify([
          v.readyState,
          v.error?.code,
          v.error?.message,
          v.src,
          v.canPlayType('application/vnd.apple.mpegurl'),
          document.querySelector('.stage')!.outerHTML.slice(0, 300),
          'MediaSource' in window,
        ])
      }),
    )
    await frame.selectOption('.speed', { label: '0.75×' })
    await positionReaches(frame, 0.5)
    isCut = true
    await frame.evaluate(() => document.querySelector('video')!.dispatchEvent(new Event('error')))
    await vi.waitUntil(() => cuts >= 2, 15_000)
    isCut = false
    await stateIs(frame, 'playing')
    await frame.waitForFunction(() => document.querySelector('video')!.readyState > 1)
    expect(await frame.evaluate(() => document.querySelector('video')!.playbackRate)).toBe(0.75)
  })

  it('keeps counting while the collector is away', async () => {
    site.beaconStatus = 503
    await visit('blog.example/post', iframe())
    await vi.waitUntil(() => site.requests.some(({ path }) => path === '/beacon'), 10_000)
    expect(site.beacons).toHaveLength(0)
    site.beaconStatus = 204
    expect((await beacon(() => true)).seq).toBeGreaterThan(1)
  })
})

const guardedOrNot: { where: string; policy: EmbedPolicy }[] = [
  { where: 'everywhere', policy: { mode: 'open', sites: [] } },
  {
    where: 'where sites are judged first',
    policy: { mode: 'allow-list', sites: [{ site: 'blog.example', action: 'allow' }] },
  },
]

describe('a video that is still being made', () => {
  it('is watched from its start while it grows, and its parts are counted once its length is known', async () => {
    site.isGrowing = true
    site.video = { ...readyVideo(), status: 'playable', durationMs: 0 }
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    const { state } = await beacon((one) => one.state.started === 'person')
    expect(state).toMatchObject({ covered: nothingCovered })
    expect(state.positionMs).toBeLessThan(1_500)
    site.isGrowing = false
    await frame.selectOption('.speed', { label: '2×' })
    await stateIs(frame, 'ended')
    expect(isFinish((await leave()).state, 8_000)).toBe(true)
  })

  it('tells how much there is so far, and the length once that is known', async () => {
    site.isGrowing = true
    site.video = { ...readyVideo(), status: 'playable', durationMs: 0 }
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 0.5)
    expect(await frame.textContent('.time')).toBe('0:00 / 0:04…')
    expect(await frame.getAttribute('.scrub', 'aria-valuetext')).toBe('0:00 of 0:04 so far; more is being made')
    site.isGrowing = false
    await frame.waitForFunction(() => document.querySelector('.time')!.textContent!.endsWith(' / 0:08'))
  })

  it.each(guardedOrNot)(
    'goes on where its worker died as soon as another shows it, from the same position, $where',
    async ({ policy }) => {
      Object.assign(site, { isGrowing: true, policy })
      site.video = { ...readyVideo(), status: 'playable', durationMs: 0 }
      await visit('blog.example/post', iframe())
      const frame = await player()
      await frame.click('.play')
      await positionReaches(frame, 1)
      site.video = { ...site.video, publishedPrefix: 'moved' }
      Object.assign(site, { isGrowing: false, isMoved: true })
      await stateIs(frame, 'ended')
      const { state } = await leave()
      expect(isFinish(state, 8_000)).toBe(true)
      // Nothing was played twice.
      expect(state).toMatchObject({ errors: 0, repeats: 0 })
      expect(state.watchedMs).toBeLessThan(8_500)
    },
  )

  it('is not begun anew where nothing is added for a while, nothing took its place and its site is judged', async () => {
    Object.assign(site, { isGrowing: true, policy: guardedOrNot[1]!.policy })
    site.video = { ...readyVideo(), status: 'playable', durationMs: 0 }
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 0.5)
    // Tokens tell the length, so that those made from now on are others.
    site.video = { ...site.video, durationMs: 8_000 }
    await seemLater(frame)
    await vi.waitUntil(() => asked() > 0, 10_000)
    site.isGrowing = false
    await stateIs(frame, 'ended')
    expect(site.requests.filter(({ path }) => path.endsWith('/master.m3u8'))).toHaveLength(1)
  })

  it('goes over to the sharper versions where its viewer pauses, at the same place and speed, as one play', async () => {
    site.video = { ...readyVideo(), status: 'playable', publishedPrefix: `videos/${videoId}/a1/first` }
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await frame.selectOption('.speed', { label: '0.75×' })
    await positionReaches(frame, 1)
    // Nothing sharper is there yet: nobody notices that it is asked for.
    await frame.press('body', 'k')
    await vi.waitUntil(() => asked() === 1, 10_000)
    const loaded = () => site.requests.filter(({ path }) => path.endsWith('/master.m3u8')).length
    expect(loaded()).toBe(1)
    await seemLater(frame)
    site.video = { ...readyVideo(), publishedPrefix: `videos/${videoId}/a1/ladder` }
    const before = await frame.evaluate(() => document.querySelector('video')!.currentTime)
    await frame.evaluate(() => {
      const video = document.querySelector('video')!
      video.addEventListener('emptied', () => {
        document.body.dataset.held = String(document.querySelectorAll('canvas.held').length)
      })
      video.dispatchEvent(new Event('pause'))
    })
    await vi.waitUntil(() => loaded() === 2, 10_000)
    await frame.waitForFunction(() => {
      const { readyState, paused } = document.querySelector('video')!
      return readyState > 1 && paused && !document.querySelector('canvas.held')
    })
    const after = await frame.evaluate(() => {
      const { currentTime, playbackRate } = document.querySelector('video')!
      return { currentTime, playbackRate, held: document.body.dataset.held }
    })
    expect(after).toEqual({ currentTime: expect.closeTo(before, 1), playbackRate: 0.75, held: '1' })
    expect(await frame.isVisible('.quality')).toBe(true)
    await frame.press('body', 'k')
    await frame.selectOption('.speed', { label: '2×' })
    await stateIs(frame, 'ended')
    // It is asked no more.
    expect(asked()).toBe(2)
    const { state } = await leave()
    expect(isFinish(state, 8_000)).toBe(true)
    expect(state).toMatchObject({ errors: 0, repeats: 0, started: 'person' })
    expect(state.watchedMs).toBeLessThan(8_500)
    expect(new Set(site.beacons.map(({ play }) => play.playId)).size).toBe(1)
  })

  it.each(guardedOrNot)(
    'goes over to the sharper versions at a seek while it plays, and plays on, $where',
    async ({ policy }) => {
      site.policy = policy
      site.video = { ...readyVideo(), status: 'playable', publishedPrefix: `videos/${videoId}/a1/remux` }
      await visit('blog.example/post', iframe())
      const frame = await player()
      await frame.click('.play')
      await positionReaches(frame, 0.5)
      site.video = { ...readyVideo(), publishedPrefix: `videos/${videoId}/a1/ladder` }
      await frame.evaluate(() => {
        document.querySelector('video')!.currentTime = 4
      })
      await stateIs(frame, 'ended')
      const { state } = await leave()
      expect(state).toMatchObject({ errors: 0, repeats: 0, started: 'person' })
      expect(state.watchedMs).toBeGreaterThan(4_000)
      expect(state.watchedMs).toBeLessThan(5_500)
      expect(asked()).toBe(1)
    },
  )

  it('goes on with the sharper versions where the line breaks while they load, though the first one is gone by then', async () => {
    site.video = { ...readyVideo(), status: 'playable', publishedPrefix: `videos/${videoId}/a1/first` }
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 0.5)
    let isCut = true
    const addresses: string[] = []
    await page.route('**/master.m3u8', (route) => {
      addresses.push(route.request().url())
      if (isCut) return route.abort()
      return addresses.at(-1) === addresses[0] ? route.continue() : route.fulfill({ status: 404 })
    })
    site.video = { ...readyVideo(), publishedPrefix: `videos/${videoId}/a1/ladder` }
    await frame.evaluate(() => {
      document.querySelector('video')!.currentTime = 4
    })
    await frame.waitForSelector('.notice:not([hidden])')
    isCut = false
    await stateIs(frame, 'ended')
    expect(new Set(addresses).size).toBe(1)
    expect((await leave()).state).toMatchObject({ repeats: 0, started: 'person' })
  })

  it('never looks for anything better than the ladder', async () => {
    await visit('blog.example/post', iframe())
    const frame = await player()
    await frame.click('.play')
    await positionReaches(frame, 0.5)
    await frame.press('body', 'k')
    await frame.press('body', 'k')
    await positionReaches(frame, 1)
    expect(asked()).toBe(0)
  })

  it('appears by itself, and its play knows the site', async () => {
    site.video = { ...readyVideo(), status: 'processing', publishedPrefix: null }
    await visit('blog.example/post', iframe())
    const frame = await player()
    expect(await frame.textContent('.notice')).toContain('still being made')
    expect(site.beacons).toHaveLength(0)
    site.video = readyVideo()
    expect((await beacon(() => true)).play).toMatchObject({ site: 'blog.example', grade: 'attested' })
  })

  it('appears to its signed-in owner while it is private, without loading the document again', async () => {
    await context.addCookies([{ name: 'session', value: 'owner', url: site.origin }])
    site.isPrivate = true
    site.video = { ...readyVideo(), status: 'processing', publishedPrefix: null }
    await page.goto(`${site.origin}/embed/${videoId}`)
    await vi.waitUntil(() => site.requests.some(({ path }) => path.endsWith('/state')), 10_000)
    site.video = readyVideo()
    await beacon(() => true)
    expect(documentsLoaded()).toBe(1)
  })

  it('is loaded again once where the document does not agree that it is gone', async () => {
    site.video = { ...readyVideo(), status: 'processing', publishedPrefix: null }
    let asked = 0
    await page.route('**/state', (route) => {
      asked++
      return route.fulfill({ status: 404 })
    })
    await page.goto(`${site.origin}/embed/${videoId}`)
    await vi.waitUntil(() => asked >= 3, 15_000)
    expect(documentsLoaded()).toBe(2)
  })
})
