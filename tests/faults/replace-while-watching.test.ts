import { join } from 'node:path'
import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { chooseAnotherFile } from '#support/choose-another-file.ts'
import { type Clip, makeClip } from '#support/media.ts'
import { openStudio } from '#support/open-studio.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'
import { playerFrame } from '#support/viewer.ts'
import { askVideo, watchFrom } from '#support/watch-closely.ts'

let system: TestSystem
let browser: Browser
let ada: Person
let studio: Page

beforeAll(async () => {
  ;[system, browser] = await Promise.all([startTestSystem({ TRANSCODERS: '1' }), startBrowser()])
  ada = await signUp(system.url)
  studio = await openPageOf(ada, browser)
})
afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

async function upload(name: string, clip: Clip): Promise<string> {
  return (await uploadClip(ada, { folder: system.dataFolder, name }, clip, { title: 'Kites' })).id
}

/** As its owner does it. Resolves once the new file can be watched whole. */
async function replace(videoId: string, name: string, clip: Clip): Promise<void> {
  const path = await makeClip(join(system.dataFolder, name), clip)
  await openStudio(studio, system.url, videoId)
  await chooseAnotherFile(studio, path)
  await until(
    () => ada.video(videoId),
    ({ status, height, isReplacing }) => status === 'ready' && height === clip.height && !isReplacing,
    120_000,
  )
}

/** Somebody on the video's page, who has begun to watch and goes on as slowly as a browser plays. */
async function beginToWatch(videoId: string): Promise<{ page: Page; player: Frame }> {
  const page = await (await newVisitor(browser)).newPage()
  await page.goto(`${system.url}/watch/${videoId}`)
  const player = await playerFrame(page)
  await player.click('.play')
  await watchFrom(player, 0.2)
  await askVideo(player, (video) => {
    video.playbackRate = 0.0625
  })
  return { page, player }
}

/** Watches the rest as fast as a browser shows every second of it. */
async function watchTheRest(player: Frame): Promise<void> {
  await askVideo(player, (video) => {
    video.playbackRate = 4
  })
  await until(
    () => askVideo(player, ({ currentTime, duration, watched, ended }) => ({ currentTime, duration, watched, ended })),
    ({ ended }) => ended,
    120_000,
  )
}

/** What somebody is shown who comes now, or again. */
async function secondsAfterwards(page: Page): Promise<number> {
  await page.reload()
  const player = await playerFrame(page)
  await player.click('.play')
  await until(
    () => askVideo(player, (video) => video.currentTime),
    (position) => position > 0,
  )
  return Math.round(await askVideo(player, (video) => video.duration))
}

test('who watches a video whose file is replaced sees the former one to its end, and the new one at the next visit', async () => {
  // Longer than a player reads ahead, so that it still has to fetch of the former file after the switch.
  const id = await upload('former.mp4', { seconds: 100, width: 320, height: 180 })
  await until(
    () => ada.video(id),
    ({ status }) => status === 'ready',
  )
  const { page, player } = await beginToWatch(id)
  await replace(id, 'new.mp4', { seconds: 6, width: 480, height: 270 })
  const late: string[] = []
  page.on('response', (answer) => late.push(`${answer.status()} ${new URL(answer.url()).pathname.split('.').at(-1)}`))
  await watchTheRest(player)
  const { positions, events, stalledAt } = await askVideo(player, (video) => video.watched)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(positions.at(-1)).toBeGreaterThan(99)
  expect(events).toEqual(['ended'])
  expect(stalledAt).toEqual([])
  expect(await player.isHidden('.notice')).toBe(true)
  expect(late.filter((answer) => answer === '200 m4s').length).toBeGreaterThan(0)
  expect(late.filter((answer) => /^[45]/.test(answer))).toEqual([])
  expect(await askVideo(player, (video) => video.videoHeight)).toBe(180)

  expect(await secondsAfterwards(page)).toBe(6)
  expect(await page.getByRole('heading', { name: 'Kites' }).count()).toBe(1)
}, 240_000)

test('who watches what is still being made of a file that is replaced is led on to the new one without a word', async () => {
  const id = await upload('former.mkv', { seconds: 240, width: 854, height: 480, codec: 'mpeg4', audio: null })
  await until(
    () => ada.video(id),
    ({ status }) => status === 'playable',
  )
  const { page, player } = await beginToWatch(id)
  await replace(id, 'next.mp4', { seconds: 20, width: 480, height: 270 })
  await until(
    () => askVideo(player, (video) => video.duration),
    (seconds) => Math.round(seconds) === 20,
    90_000,
  )
  await watchTheRest(player)
  const { positions, events } = await askVideo(player, (video) => video.watched)
  expect(positions.at(-1)).toBeGreaterThan(19)
  expect(events.filter((name) => name === 'error')).toEqual([])
  expect(events.at(-1)).toBe('ended')
  expect(await player.isHidden('.notice')).toBe(true)
  expect(await secondsAfterwards(page)).toBe(20)
}, 240_000)
