import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { corpusFolder, makeClip } from '../support/media.ts'
import { type Person, signUp } from '../support/person.ts'
import { launchBrowser } from '../support/player-site.ts'
import { startTestSystem, type TestSystem } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: TestSystem
let browser: Awaited<ReturnType<typeof launchBrowser>>
let ada: Person

beforeAll(async () => {
  ;[system, browser] = await Promise.all([startTestSystem(), launchBrowser()])
  ada = await signUp(system.url)
})
afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

/** Half a minute of VP8, which has to be encoded before anybody can watch it. */
async function slowSource(): Promise<Blob> {
  const real = join(corpusFolder ?? '', 'perf/big_buck_bunny_720p24_30s_vp8.webm')
  if (corpusFolder) return new Blob([await readFile(real)])
  console.warn('The shared media are not here: a generated clip stands in.')
  const size = { seconds: 30, width: 1280, height: 720 }
  const path = await makeClip(join(system.dataFolder, 'slow.webm'), { ...size, codec: 'libvpx', audio: 'libvorbis' })
  return new Blob([await readFile(path)])
}

/** What is used of the browser's own element, which this side knows nothing of. */
interface VideoElement {
  currentTime: number
  playbackRate: number
  videoHeight: number
  duration: number
  buffered: { length: number; end(index: number): number }
  watched: Watched
  requestVideoFrameCallback(note: () => void): void
  addEventListener(name: string, note: () => void): void
}

interface Watched {
  positions: number[]
  events: string[]
  /** Where it waited although it was not at its end, with nothing more to show. */
  stalledAt: number[]
}

/** Notes where the picture is at each of its frames, and everything that interrupts it. */
function watchClosely(video: VideoElement): void {
  const watched: Watched = { positions: [], events: [], stalledAt: [] }
  video.watched = watched
  const note = () => {
    watched.positions.push(video.currentTime)
    video.requestVideoFrameCallback(note)
  }
  video.requestVideoFrameCallback(note)
  for (const name of ['error', 'ended', 'emptied', 'seeking']) {
    video.addEventListener(name, () => watched.events.push(name))
  }
  // A busy machine is late with pictures that are there; that is no fault of the stream.
  video.addEventListener('waiting', () => {
    const { buffered, currentTime, duration } = video
    const end = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0
    if (end - currentTime < 0.2 && duration - currentTime > 0.5) watched.stalledAt.push(currentTime)
  })
}

const ask = <Answer>(page: Page, question: (video: VideoElement) => Answer) =>
  page.locator('video').evaluate(question as never) as Promise<Answer>

test('who watches the first version sees all of it while the ladder takes its place, and the ladder after a reload', async () => {
  const { id } = await ada.upload(await slowSource(), 'slow.webm')
  await until(
    () => ada.video(id),
    ({ status }) => status === 'playable',
  )
  const page = await browser.newPage()
  await page.goto(`${system.url}/embed/${id}?autoplay=1&muted=1`)
  await page.waitForSelector('video', { state: 'attached' })
  await ask(page, watchClosely)
  await until(
    () => ask(page, (video) => video.currentTime),
    (position) => position > 0.2,
  )
  expect((await ada.video(id)).status).toBe('playable')
  expect(await ask(page, (video) => video.videoHeight)).toBe(480)
  // As slowly as a browser plays: however long the ladder takes on this machine, it is watched across the switch.
  await ask(page, (video) => {
    video.playbackRate = 0.0625
  })
  await until(
    () => ada.video(id),
    ({ status }) => status === 'ready',
    420_000,
  )
  const atSwitch = await ask(page, (video) => video.watched)
  expect(atSwitch.events).toEqual([])
  expect(atSwitch.positions.length).toBeGreaterThan(5)
  await ask(page, (video) => {
    video.playbackRate = 2
  })
  await page.waitForSelector('.stage[data-state="ended"]', { timeout: 120_000 })
  const { positions, events, stalledAt } = await ask(page, (video) => video.watched)
  expect(positions.length).toBeGreaterThan(atSwitch.positions.length)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(positions.at(-1)).toBeGreaterThan(29.5)
  expect(events).toEqual(['ended'])
  // After the switch everything is there: nobody waits for it.
  expect(stalledAt.slice(atSwitch.stalledAt.length)).toEqual([])
  expect(await page.isHidden('.notice')).toBe(true)

  await page.reload()
  await page.waitForSelector('.quality:not([hidden])', { timeout: 30_000 })
  expect(await page.locator('.quality option').allTextContents()).toContain('720p')
}, 600_000)
