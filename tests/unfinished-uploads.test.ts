import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseAnotherFile } from '#support/choose-another-file.ts'
import { openStudio } from '#support/open-studio.ts'
import { film, uploadFilm, useOwnerPages, videosOf } from '#support/owner-pages.ts'
import type { Person } from '#support/person.ts'
import { pressAndAnswer } from '#support/press-and-answer.ts'
import { until } from '#support/until.ts'
import type { UploadApi } from '#support/upload-api.ts'

/** What pages tell of uploads that another page began. */

let folder: string
/** A file that browsers know again. */
let path: string
let api: UploadApi
let url: string
let ada: Person
let page: Page
useOwnerPages((fresh) => {
  ;({ api, url, ada, page } = fresh)
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unfinished-uploads-'))
  path = join(folder, 'long.mp4')
  await writeFile(path, Buffer.alloc(600_000, 'long'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Lets the first chunk through, and holds the next until it is let go. */
async function holdChunks(sender: Page): Promise<{ isHeld: Promise<void>; letGo(): void; breakOff(): void }> {
  let chunks = 0
  const held = Promise.withResolvers<void>()
  const end = Promise.withResolvers<'continue' | 'abort'>()
  await sender.route('**/api/uploads/**', async (route) => {
    if (route.request().method() !== 'PATCH' || ++chunks === 1) return route.continue()
    held.resolve()
    await route[await end.promise]()
  })
  return { isHeld: held.promise, letGo: () => end.resolve('continue'), breakOff: () => end.resolve('abort') }
}

async function openUpload(tab: Page): Promise<void> {
  await tab.goto(`${url}/upload`)
  // Asked by its scripts: from now on it hears what is done to it.
  await tab.getByText('of 100 MB used').waitFor()
}

const choose = (tab: Page) => tab.locator('input[type=file]').first().setInputFiles(path)

/** Sends a part of the file to take the place of the video's, and closes the page. Gives the next page. */
async function breakOff(videoId: string): Promise<Page> {
  await openStudio(page, url, videoId)
  const chunks = await holdChunks(page)
  await chooseAnotherFile(page, path)
  await chunks.isHeld
  chunks.breakOff()
  await page.getByText('The site doesn’t answer').first().waitFor()
  const next = await page.context().newPage()
  await page.close()
  return next
}

const underWay = (videoId: string) =>
  api.catalog.database.selectFrom('unfinished_upload').select('id').where('replaces', '=', videoId).execute()

test('a new file for a video that was begun by an earlier page is told with how to go on, and goes on where it was', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  const next = await breakOff(id)
  await openUpload(next)
  await next.getByText('long.mp4').waitFor()
  await next.getByRole('link', { name: 'To replace the file of a video: go on there' }).click()
  await next.getByText('Of “long.mp4”, 262 kB of 600 kB have arrived. Choose the same file').waitFor()
  const begun: string[] = []
  next.on('request', (request) => request.method() === 'POST' && begun.push(new URL(request.url()).pathname))
  await chooseAnotherFile(next, path)
  await next.getByText('The new file is here.').waitFor()
  expect(begun.filter((asked) => asked.startsWith('/api/uploads'))).toEqual([])
  expect(await next.getByText(/have arrived/).count()).toBe(0)
  expect(await ada.video(id)).toMatchObject({ original: { name: 'long.mp4', sizeBytes: 600_000 } })
})

test('a new file for a video that was begun by an earlier page is taken back without the video', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  const next = await breakOff(id)
  await openStudio(next, url, id)
  expect(await underWay(id)).toHaveLength(1)
  await pressAndAnswer(next.getByRole('button', { name: 'Delete: long.mp4' }), 'accept')
  await next.getByText(/have arrived/).waitFor({ state: 'detached' })
  await until(
    () => underWay(id),
    (rows) => rows.length === 0,
  )
  expect(await ada.video(id)).toMatchObject({ original: { name: 'film.mp4' } })
})

test('a file is sent by one tab at a time: another one says where, takes nothing from it, and goes on once that one pauses', async () => {
  await openUpload(page)
  const chunks = await holdChunks(page)
  await choose(page)
  await chunks.isHeld
  const other = await page.context().newPage()
  await openUpload(other)
  await other.getByText('Another tab of this browser is sending it.').waitFor()
  expect(await other.getByRole('button', { name: 'Delete: long.mp4' }).count()).toBe(0)
  await choose(other)
  await other.getByText('Another tab of this browser is sending this file.').waitFor()
  expect(await other.getByText('of 600 kB have arrived').count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Pause: long.mp4' }).count()).toBe(1)
  expect(await page.getByText('The site doesn’t answer').count()).toBe(0)

  await page.getByRole('button', { name: 'Pause: long.mp4' }).click()
  await other.getByRole('button', { name: 'Try again: long.mp4' }).click()
  await other.getByRole('link', { name: 'Watch' }).waitFor()
  chunks.letGo()
  // Everything is there already.
  await page.getByRole('button', { name: 'Resume: long.mp4' }).click()
  await page.getByRole('link', { name: 'Watch' }).waitFor()
  expect((await videosOf(ada)).map(({ title }) => title)).toEqual(['long'])
})

test('the studio says of a video whose file has not arrived whole where that goes on', async () => {
  await openUpload(page)
  const chunks = await holdChunks(page)
  await choose(page)
  await chunks.isHeld
  const other = await page.context().newPage()
  await other.goto(`${url}/studio`)
  const row = other.getByRole('article').filter({ hasText: 'long' })
  await row.getByText('Another tab of this browser is sending it.').waitFor()
  await page.getByRole('link', { name: 'Studio' }).click()
  await page.getByRole('article').getByText('262 kB of 600 kB').waitFor()

  chunks.breakOff()
  await page.getByText('The site doesn’t answer').first().waitFor()
  await page.close()
  await other.reload()
  const partly = /^Its file has not arrived whole: 262 kB of 600 kB are here. Choose “long.mp4” again/
  await row.getByText(partly).waitFor()
  await row.getByRole('link', { name: 'Edit' }).click()
  await other.getByText(partly).waitFor()
  // As on another device.
  await other.evaluate('localStorage.clear()')
  await other.reload()
  await other.getByText('It goes on in the browser where it was begun').waitFor()
  await other.goto(`${url}/studio`)
  await row.getByText('It goes on in the browser where it was begun').waitFor()
})

test('the share of several files that are sent does not fall when one of them has arrived', async () => {
  await openUpload(page)
  const chunks = await holdChunks(page)
  const first = page.locator('input[type=file]').first()
  await first.setInputFiles([film('one.mp4'), film('two.mp4')])
  await chunks.isHeld
  await page.getByRole('link', { name: 'Studio' }).click()
  await page.getByRole('link', { name: /^1 file is being sent · (5\d|[6-9]\d|100)%/ }).waitFor()
  chunks.letGo()
  await page.getByRole('link', { name: /being sent/ }).waitFor({ state: 'detached' })
})

test('whoever is signed out while a file is sent is led to sign in, and goes on with it', async () => {
  await openUpload(page)
  const chunks = await holdChunks(page)
  await choose(page)
  await chunks.isHeld
  await page.context().clearCookies()
  chunks.letGo()
  await page.getByText('Sign in first.').waitFor()
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(new URL(page.url()).search).toBe('?to=%2Fupload')
  await ada.signIn(page.context())
  await page.goBack()
  await page.getByRole('button', { name: 'Try again: long.mp4' }).click()
  await page.getByRole('link', { name: 'Watch' }).waitFor()
})
