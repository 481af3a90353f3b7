import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoImport } from '#contract/imports.ts'
import type { Video } from '#contract/video.ts'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { makeClip } from '#support/media.ts'
import { openStudio } from '#support/open-studio.ts'
import { type Person, signUp } from '#support/person.ts'
import { readPlaylists } from '#support/playlists.ts'
import { pressAndAnswer } from '#support/press-and-answer.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'

let system: TestSystem
let browser: Browser
let ada: Person
let page: Page
let film: Blob
let short: Buffer
let isThere = false
let asked = 0

// Another site, whose file is not there at first.
const site = createServer((_, response) => {
  asked++
  if (isThere) response.writeHead(200, { 'Content-Type': 'video/mp4' }).end(short)
  else response.writeHead(404).end()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  const imports = { IMPORT_ALLOW_PRIVATE: 'true', IMPORT_PORTS: String(port) }
  ;[system, browser] = await Promise.all([startTestSystem({ TRANSCODERS: '1', ...imports }), startBrowser()])
  ada = await signUp(system.url)
  const longPath = join(system.dataFolder, 'long.mkv')
  await makeClip(longPath, { seconds: 240, width: 854, height: 480, codec: 'mpeg4', audio: null })
  film = new Blob([await readFile(longPath)])
  short = await readFile(await makeClip(join(system.dataFolder, 'short.mp4'), {}))
  page = await openPageOf(ada, browser)
})
afterAll(async () => {
  await browser?.close()
  await system?.stop()
  site.close()
})

const reaches = (id: string, ...statuses: Video['status'][]) =>
  until(
    () => ada.video(id),
    ({ status }) => statuses.includes(status),
  )

const pressStop = (answer: 'accept' | 'dismiss') =>
  pressAndAnswer(page.getByRole('button', { name: 'Stop', exact: true }), answer)

test('a video is stopped in the studio before anybody could watch it, and another one at what can be watched', async () => {
  const watchable = await ada.upload(film, 'watchable.mkv')
  await reaches(watchable.id, 'playable')
  // The only worker is at the first one.
  const waiting = await ada.upload(film, 'waiting.mkv')
  await openStudio(page, system.url, waiting.id)
  expect(await pressStop('dismiss')).toContain('Nothing of it can be watched yet')
  expect((await ada.video(waiting.id)).status).not.toBe('failed')
  await pressStop('accept')
  await page.getByText('was stopped, as you wished').waitFor()
  expect(await ada.video(waiting.id)).toMatchObject({ status: 'failed', failure: { code: 'cancelled' } })
  expect(await page.getByRole('button', { name: 'Stop', exact: true }).count()).toBe(0)

  await openStudio(page, system.url, watchable.id)
  expect(await pressStop('accept')).toContain('What can be watched by now stays')
  await page.getByText('can be watched, but not in every quality').waitFor()
  expect(await ada.video(watchable.id)).toMatchObject({ status: 'ready', failure: { code: 'cancelled' } })
  const { heights, missing } = await readPlaylists(system.url, watchable.id)
  expect({ renditions: heights.length, missing }).toEqual({ renditions: 1, missing: [] })
  // Whoever watches comes to an end.
  const visitor = await newVisitor(browser)
  const watching = await visitor.newPage()
  await watching.goto(`${system.url}/embed/${watchable.id}`)
  await watching.click('.play')
  await until(() => watching.evaluate<boolean>("Number.isFinite(document.querySelector('video')?.duration)"), Boolean)
  await visitor.close()

  // The worker is free for others.
  const next = await ada.upload(new Blob([Uint8Array.from(short)]), 'next.mp4')
  expect(await reaches(next.id, 'ready', 'failed')).toMatchObject({ status: 'ready', failure: null })

  // Stopped is not lost: its file is here, and it becomes the same video.
  await openStudio(page, system.url, waiting.id)
  await page.getByRole('button', { name: 'Try again', exact: true }).click()
  await page.getByRole('button', { name: 'Stop', exact: true }).waitFor()
  expect(await reaches(waiting.id, 'playable', 'ready', 'failed')).toMatchObject({ failure: null })
  await ada.send('POST', `/api/videos/${waiting.id}/cancel`)
})

test('whoever presses Stop too late reads what became of the video meanwhile', async () => {
  const { id } = await ada.upload(film, 'twice.mkv')
  await openStudio(page, system.url, id)
  const question = page.waitForEvent('dialog')
  const pressed = page.getByRole('button', { name: 'Stop', exact: true }).click()
  const dialog = await question
  await ada.send('POST', `/api/videos/${id}/cancel`)
  await dialog.accept()
  await pressed
  await page.getByText('was stopped, as you wished').waitFor()
  expect(await page.getByRole('button', { name: 'Stop', exact: true }).count()).toBe(0)
})

test('an import that failed is tried again on the page of its video, and becomes one', async () => {
  const { port } = site.address() as AddressInfo
  const begun = await ada.send('POST', '/api/imports', { url: `http://127.0.0.1:${port}/short.mp4` })
  const { videoId } = (await begun.json()) as VideoImport
  await reaches(videoId, 'failed')
  await openStudio(page, system.url, videoId)
  const again = page.getByRole('button', { name: 'Try again' })
  await again.click()
  // Still not there: the same button again, without a reload.
  await until(
    async () => asked,
    (times) => times === 2,
  )
  await reaches(videoId, 'failed')
  await page.locator('aside').getByText('Failed', { exact: true }).waitFor()
  isThere = true
  await again.click()
  await reaches(videoId, 'ready', 'failed')
  await page.locator('aside').getByText('Ready', { exact: true }).waitFor()
  expect(await again.count()).toBe(0)
  expect((await ada.video(videoId)).status).toBe('ready')
})
