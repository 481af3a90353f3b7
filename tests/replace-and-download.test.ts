import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { chooseAnotherFile } from '#support/choose-another-file.ts'
import { ffprobe, makeClip } from '#support/media.ts'
import { openStudio } from '#support/open-studio.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'

let system: TestSystem
let browser: Browser
let ada: Person
let film: string
let studio: Page

beforeAll(async () => {
  ;[system, browser] = await Promise.all([startTestSystem(), startBrowser()])
  ada = await signUp(system.url)
  const clip = { seconds: 4, more: ['-metadata', 'location=+52.5200+013.4050/'] }
  const path = { folder: system.dataFolder, name: 'IMG_1.mov' }
  film = (await uploadClip(ada, path, clip, { title: 'Kites, “high” / 风筝' })).id
  await until(
    () => ada.video(film),
    ({ status }) => status === 'ready',
    60_000,
  )
  studio = await openPageOf(ada, browser)
})

afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

test('a viewer downloads a video once its owner allows it, and goes on where the line broke', async () => {
  const context = await newVisitor(browser)
  const page = await context.newPage()
  await page.goto(`${system.url}/watch/${film}`)
  await page.getByRole('button', { name: 'Share' }).waitFor()
  expect(await page.getByRole('link', { name: /^Download/ }).count()).toBe(0)
  expect((await page.request.get(`${system.url}/api/videos/${film}/download`)).status()).toBe(404)

  await openStudio(studio, system.url, film)
  await studio.getByLabel('Everybody who can watch may download this video').check()
  await studio.getByText(/^Ready to download: MP4/).waitFor({ timeout: 60_000 })

  await page.reload()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Download \(/ }).click(),
  ])
  expect(file.suggestedFilename()).toBe('Kites, “high” 风筝.mp4')
  const path = join(system.dataFolder, 'kept.mp4')
  await file.saveAs(path)
  const bytes = await readFile(path)
  expect(bytes.includes('52.5200')).toBe(false)
  expect(Number((await ffprobe(path)).format.duration)).toBeCloseTo(4, 0)

  const first = await fetch(`${system.url}/api/videos/${film}/download`, { headers: { Range: 'bytes=0-999' } })
  const etag = first.headers.get('etag')!
  expect([first.status, (await first.bytes()).length]).toEqual([206, 1_000])
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'content-type': 'video/mp4',
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  })
  const rest = await fetch(first.url, { headers: { Range: 'bytes=1000-', 'If-Range': etag } })
  expect([rest.status, Buffer.compare(await rest.bytes(), bytes.subarray(1_000))]).toEqual([206, 0])
  const changed = await fetch(first.url, { headers: { Range: 'bytes=1000-', 'If-Range': '"another"' } })
  expect([changed.status, (await changed.bytes()).length]).toEqual([200, bytes.length])
  await context.close()
})

test('the owner gets the file as it was uploaded, to the byte', async () => {
  const [file] = await Promise.all([
    studio.waitForEvent('download'),
    studio.getByRole('link', { name: /^Download the original/ }).click(),
  ])
  expect(file.suggestedFilename()).toBe('Kites, “high” 风筝 (original).mov')
  const [kept, sent] = [join(system.dataFolder, 'kept.mov'), join(system.dataFolder, 'IMG_1.mov')]
  await file.saveAs(kept)
  expect(Buffer.compare(await readFile(kept), await readFile(sent))).toBe(0)
})

test('a file that is no video changes nothing for viewers, and the owner reads why', async () => {
  const before = await ada.video(film)
  const path = join(system.dataFolder, 'notes.mp4')
  await writeFile(path, 'this is no video')
  await chooseAnotherFile(studio, path)
  await studio.getByText(/^The new file could not be used\./).waitFor({ timeout: 60_000 })
  const after = await ada.video(film)
  expect(after).toMatchObject({ status: 'ready', durationMs: before.durationMs, failure: { code: 'not_a_video' } })
  expect(after.original).toEqual(before.original)
})

test('another file takes the place of the first: same address, title, captions and numbers, a new length and download', async () => {
  await ada.request(`/api/videos/${film}/captions/en`, { method: 'PUT', body: '00:00,0 --> 00:02,0\nHello' })
  const before = await ada.video(film)
  const path = join(system.dataFolder, 'longer.mp4')
  await makeClip(path, { seconds: 8, width: 480, height: 270 })
  await chooseAnotherFile(studio, path)
  await studio.getByText(/^(The new file is here|A new file is being made ready)/).waitFor({ timeout: 60_000 })
  const after = await until(
    () => ada.video(film),
    (video) => video.status === 'ready' && video.width === 480 && video.download !== null,
    60_000,
  )
  expect(after).toMatchObject({ title: before.title, createdAt: before.createdAt, publishedAt: before.publishedAt })
  expect(after).toMatchObject({ failure: null, isReplacing: false, flags: [] })
  expect(after.durationMs).toBeGreaterThan(7_900)
  const captions = await (await ada.request(`/api/videos/${film}/captions`)).text()
  expect(captions).toContain('English')
  const kept = join(system.dataFolder, 'second.mp4')
  const download = await fetch(`${system.url}/api/videos/${film}/download`)
  await writeFile(kept, await download.bytes())
  expect(Number((await ffprobe(kept)).format.duration)).toBeCloseTo(8, 0)
})
