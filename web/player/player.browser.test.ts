import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { isFinish, isView, partCount } from '#contract/play-steps.ts'
import { stateIs, usePlayerPage } from '#support/player-page.ts'
import { type TestSite, videoId } from '#support/player-site.ts'
import { playedMs, playerVisits, positionReaches } from '#support/player-visits.ts'
import { iframeSnippet } from '../../services/api/embed/snippets.ts'

let site: TestSite
let context: BrowserContext
let page: Page
usePlayerPage((fresh) => {
  ;({ site, context, page } = fresh)
})
const { beacon, iframe, leave, player, visit } = playerVisits(() => ({ site, page }))

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
