import type { BrowserContext, Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { isFinish, nothingCovered } from '#contract/play-steps.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { stateIs, usePlayerPage } from '#support/player-page.ts'
import { readyVideo, type TestSite, videoId } from '#support/player-site.ts'
import { playerVisits, positionReaches, seemLater } from '#support/player-visits.ts'

let site: TestSite
let context: BrowserContext
let page: Page
usePlayerPage((fresh) => {
  ;({ site, context, page } = fresh)
})
const { asked, beacon, documentsLoaded, iframe, leave, player, visit } = playerVisits(() => ({ site, page }))

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
