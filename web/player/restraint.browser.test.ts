import type { Browser, Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { stateIs, usePlayerPage } from '#support/player-page.ts'
import { type TestSite, videoId } from '#support/player-site.ts'
import { playerVisits, positionReaches } from '#support/player-visits.ts'

let site: TestSite
let browser: Browser
let page: Page
usePlayerPage((fresh) => {
  ;({ site, browser, page } = fresh)
})
const { beacon, iframe, leave, player, visit } = playerVisits(() => ({ site, page }))

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
