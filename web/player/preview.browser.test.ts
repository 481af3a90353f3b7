import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Frame, Page, Route } from 'playwright-core'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { meanColor } from '#support/pixels.ts'
import { playerFrame, stateIs, usePlayerPage } from '#support/player-page.ts'
import { readyVideo, type TestSite, videoId } from '#support/player-site.ts'

let site: TestSite

let page: Page
let browser: Browser
usePlayerPage((fresh) => {
  ;({ site, page, browser } = fresh)
})
beforeEach(() => {
  site.video = { ...readyVideo(), storyboardPrefix: 'board' }
})

const viewport = '<meta name="viewport" content="width=device-width">'

/** A player on somebody's page, playing and then paused at its start. */
async function openPaused(attributes = ''): Promise<Frame> {
  const source = `src="${site.origin}/embed/${videoId}?muted=1" width="640" height="360"`
  site.pages.set(
    'blog.example/post',
    `<!doctype html>${viewport}<body style="margin:0"><iframe ${source} ${attributes}></iframe>`,
  )
  await page.goto(`http://blog.example:${site.port}/post`)
  const frame = await playerFrame(page)
  await frame.click('.play')
  await stateIs(frame, 'playing')
  await frame.evaluate(() => document.querySelector('video')!.pause())
  await stateIs(frame, 'paused')
  return frame
}

/** Which second of the storyboard is on the screen; its tiles are 32 of 255 brighter from one to the next. */
async function shownSecond(frame: Frame): Promise<number> {
  const path = join(tmpdir(), `preview-${process.pid}-${crypto.randomUUID()}.png`)
  await frame.locator('.preview i').screenshot({ path })
  const [red] = await meanColor(path, { x: 40, y: 30, width: 60, height: 40 })
  await rm(path)
  return Math.round(red / 31.4)
}

const timeShown = (frame: Frame, text: string) =>
  frame.locator('.preview span').getByText(text, { exact: true }).waitFor()

const askedFor = (part: string) => site.requests.filter(({ path }) => path.includes(part)).length

/** The pointer above a moment of the seek bar. */
async function pointAt(frame: Frame, second: number): Promise<void> {
  const box = (await frame.locator('.scrub').boundingBox())!
  await page.mouse.move(box.x + 7 + ((second + 0.5) / 8) * (box.width - 14), box.y + box.height / 2)
}

describe('the seek bar', () => {
  it('shows the picture and the time under the pointer, and asks for pictures only then', async () => {
    const frame = await openPaused()
    expect(askedFor('storyboard')).toBe(0)
    expect(askedFor('preview')).toBe(0)
    for (const second of [2, 6]) {
      await pointAt(frame, second)
      await timeShown(frame, `0:0${second}`)
      await vi.waitFor(async () => expect(await shownSecond(frame)).toBe(second), 5_000)
    }
    expect(askedFor(`/embed/${videoId}/storyboard`)).toBe(1)
    await page.mouse.move(320, 100)
    await frame.waitForSelector('.preview', { state: 'hidden' })
  })

  it('shows it to the keyboard too, at the moment that it moves to', async () => {
    const frame = await openPaused()
    await frame.focus('.row button')
    await page.keyboard.press('Shift+Tab')
    await frame.waitForSelector('.preview:not([hidden])')
    await page.keyboard.press('5')
    await timeShown(frame, '0:04')
    await vi.waitFor(async () => expect(await shownSecond(frame)).toBe(4), 5_000)
    expect(await frame.getAttribute('.preview', 'aria-hidden')).toBe('true')
    expect(await frame.getAttribute('.scrub', 'aria-valuetext')).toBe('0:04 of 0:08')
    await page.keyboard.press('Tab')
    await frame.waitForSelector('.preview', { state: 'hidden' })
  })

  it('shows the time alone as long as there are no pictures', async () => {
    site.video = readyVideo()
    const frame = await openPaused()
    await pointAt(frame, 3)
    await timeShown(frame, '0:03')
    await frame.waitForSelector('.preview i', { state: 'hidden' })
  })

  it('has its pictures in a frame without an origin, too', async () => {
    const frame = await openPaused('sandbox="allow-scripts"')
    await pointAt(frame, 5)
    await vi.waitFor(async () => expect(await shownSecond(frame)).toBe(5), 5_000)
  })
})

describe('a finger on the seek bar', () => {
  type TouchKind = 'touchStart' | 'touchMove' | 'touchEnd'
  let touch: (kind: TouchKind, second?: number) => Promise<void>
  let frame: Frame

  beforeEach(async () => {
    const phone = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 640 } })
    onTestFinished(() => phone.close())
    page = await phone.newPage()
    const finger = await phone.newCDPSession(page)
    frame = await openPaused('style="width:360px;height:203px;border:0" allow="fullscreen"')
    const scrub = frame.locator('.scrub')
    touch = async (kind, second = 0) => {
      const box = (await scrub.boundingBox())!
      const point = { x: box.x + 7 + ((second + 0.5) / 8) * (box.width - 14), y: box.y + box.height / 2 }
      await finger.send('Input.dispatchTouchEvent', { type: kind, touchPoints: kind === 'touchEnd' ? [] : [point] })
    }
  })

  /** What is touched is where the last drawn picture has it. */
  const scrubSettles = () => frame.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))

  const isGone = () => frame.waitForSelector('.preview', { state: 'hidden' })

  it('has the picture above it from the first touch on, and until it is lifted', async () => {
    await touch('touchStart', 2)
    await timeShown(frame, '0:02')
    await touch('touchMove', 4)
    await touch('touchMove', 6)
    await timeShown(frame, '0:06')
    await vi.waitFor(async () => expect(await shownSecond(frame)).toBe(6), 5_000)
    expect(await frame.evaluate(() => document.querySelector('video')!.currentTime)).toBeCloseTo(6.5, 0)
    await touch('touchEnd')
    await isGone()
    await touch('touchStart', 1)
    await timeShown(frame, '0:01')
    await touch('touchEnd')
    await isGone()
  })

  it('has it where it is by the time that the pictures can be shown, unless it was lifted by then', async () => {
    const held: Route[] = []
    await page.route(/preview-[^/]*\.js/, (route) => void held.push(route))
    await touch('touchStart', 2)
    await touch('touchMove', 4)
    await touch('touchMove', 5)
    await vi.waitFor(() => expect(held).toHaveLength(1), 5_000)
    await held[0]!.continue()
    await timeShown(frame, '0:05')
    await touch('touchEnd')
    await isGone()
  })

  it('leaves nothing behind after a tap that was over before', async () => {
    const held: Route[] = []
    await page.route(/preview-[^/]*\.js/, (route) => void held.push(route))
    await touch('touchStart', 2)
    await touch('touchEnd')
    await vi.waitFor(() => expect(held).toHaveLength(1), 5_000)
    await held[0]!.continue()
    await frame.waitForSelector('.preview', { state: 'attached' })
    expect(await frame.locator('.preview').isHidden()).toBe(true)
    await touch('touchStart', 3)
    await timeShown(frame, '0:03')
    await touch('touchEnd')
  })

  it('has it in full screen too', async () => {
    await frame.getByRole('button', { name: 'Full screen' }).tap()
    // The element is full before the window is.
    await frame.waitForFunction(() => innerHeight === 640)
    await scrubSettles()
    await touch('touchStart', 3)
    await timeShown(frame, '0:03')
    await vi.waitFor(async () => expect(await shownSecond(frame)).toBe(3), 5_000)
    await touch('touchEnd')
    await isGone()
  })
})
