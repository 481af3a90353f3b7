import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { corpusFolder, makeClip } from '../support/media.ts'
import { type Person, signUp } from '../support/person.ts'
import { launchBrowser } from '../support/player-site.ts'
import { startTestSystem, type TestSystem } from '../support/system.ts'
import { until } from '../support/until.ts'
import { askVideo, watchFrom } from '../support/watch-closely.ts'

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

test('who watches the first version sees all of it while the ladder takes its place, and the ladder after a reload', async () => {
  const { id } = await ada.upload(await slowSource(), 'slow.webm')
  await until(
    () => ada.video(id),
    ({ status }) => status === 'playable',
  )
  const page = await browser.newPage()
  await page.goto(`${system.url}/embed/${id}?autoplay=1&muted=1`)
  await watchFrom(page, 0.2)
  expect((await ada.video(id)).status).toBe('playable')
  expect(await askVideo(page, (video) => video.videoHeight)).toBe(480)
  // As slowly as a browser plays: however long the ladder takes on this machine, it is watched across the switch.
  await askVideo(page, (video) => {
    video.playbackRate = 0.0625
  })
  await until(
    () => ada.video(id),
    ({ status }) => status === 'ready',
    420_000,
  )
  const atSwitch = await askVideo(page, (video) => video.watched)
  expect(atSwitch.events).toEqual([])
  expect(atSwitch.positions.length).toBeGreaterThan(5)
  await askVideo(page, (video) => {
    video.playbackRate = 2
  })
  await page.waitForSelector('.stage[data-state="ended"]', { timeout: 120_000 })
  const { positions, events, stalledAt } = await askVideo(page, (video) => video.watched)
  expect(positions.length).toBeGreaterThan(atSwitch.positions.length)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(positions.at(-1)).toBeGreaterThan(29.5)
  // Once the minute in which it asks is over, the player goes over to the ladder, at the picture that it was at.
  expect(events.filter((event) => !['emptied', 'seeking'].includes(event))).toEqual(['ended'])
  // After the switch everything is there: nobody waits for it.
  expect(stalledAt.slice(atSwitch.stalledAt.length)).toEqual([])
  expect(await page.isHidden('.notice')).toBe(true)

  await page.reload()
  await page.waitForSelector('.quality:not([hidden])', { timeout: 30_000 })
  expect(await page.locator('.quality option').allTextContents()).toContain('720p')
}, 600_000)
