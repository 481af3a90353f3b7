import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPageOf, startBrowser } from '#support/browser.ts'
import { openStudio } from '#support/open-studio.ts'
import { type Person, signUp } from '#support/person.ts'
import { until } from '#support/until.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'

/** What owners do on the pages for sending and the studio, before or while a worker is at a video: here is none. */

const site = process.env.SITE_BUILD ?? fileURLToPath(new URL('../web/build', import.meta.url))

let api: UploadApi
let browser: Browser
let url: string
let ada: Person
let context: BrowserContext
let page: Page

beforeAll(async () => {
  ;[api, browser] = await Promise.all([startUploadApi({ SITE_BUILD: site, QUOTA_BYTES: '100000000' }), startBrowser()])
  url = `http://localhost:${api.port()}`
})
afterAll(async () => {
  await browser?.close()
  await api?.stop()
})

beforeEach(async () => {
  ada = await signUp(url)
  page = await openPageOf(ada, browser)
  context = page.context()
  page.setDefaultTimeout(30_000)
})
afterEach(() => context?.close())

const film = (name = 'film.mp4') => ({ name, mimeType: 'video/mp4', buffer: Buffer.alloc(200_000, name) })

const upload = (title: string) => ada.upload(new Blob([film().buffer]), 'film.mp4', { title })

async function mine(): Promise<{ id: string; title: string }[]> {
  return ((await (await ada.request('/api/videos?mine=1')).json()) as { items: [] }).items
}

/** Holds back what the page asks until it is let go. */
async function hold(path: string, method: string): Promise<{ asked: Promise<void>; letGo: () => Promise<void> }> {
  const held: Route[] = []
  let isHeld = true
  let onAsked = () => {}
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve
  })
  await page.route(path, async (route) => {
    if (!isHeld || route.request().method() !== method) return route.continue()
    held.push(route)
    onAsked()
  })
  return {
    asked,
    async letGo() {
      isHeld = false
      await Promise.all(held.map((route) => route.continue()))
    },
  }
}

/** Presses it, hears what is asked, and says yes or no. */
async function pressAndAnswer(button: Locator, answer: 'accept' | 'dismiss'): Promise<string> {
  const question = page.waitForEvent('dialog')
  const pressed = button.click()
  const dialog = await question
  await dialog[answer]()
  await pressed
  return dialog.message()
}

async function openUpload(): Promise<void> {
  await page.goto(`${url}/upload`)
  // Asked by its scripts: from now on it hears what is done to it.
  await page.getByText('of 100 MB used').waitFor()
}

test('a file that is cancelled while its video is being made leaves no video behind', async () => {
  await openUpload()
  const drafts = await hold('**/api/videos/drafts', 'POST')
  await page.locator('input[type=file]').first().setInputFiles(film())
  await drafts.asked
  await pressAndAnswer(page.getByRole('button', { name: 'Cancel: film.mp4' }), 'accept')
  await page.getByRole('article', { name: 'film.mp4' }).waitFor({ state: 'detached' })
  const isMade = page.waitForResponse('**/api/videos/drafts')
  const isDeleted = page.waitForRequest((request) => request.method() === 'DELETE')
  await drafts.letGo()
  expect((await isMade).status()).toBe(201)
  await isDeleted
  await until(mine, (videos) => videos.length === 0)
})

test('a file that is paused and resumed while its video is being made becomes one video', async () => {
  await openUpload()
  const drafts = await hold('**/api/videos/drafts', 'POST')
  await page.locator('input[type=file]').first().setInputFiles(film())
  await drafts.asked
  await page.getByRole('button', { name: 'Pause: film.mp4' }).click()
  await page.getByRole('button', { name: 'Resume: film.mp4' }).click()
  await drafts.letGo()
  await page.getByRole('link', { name: 'Watch' }).waitFor()
  expect((await mine()).map(({ title }) => title)).toEqual(['film'])
})

test('what is empty is told by its name, and what is chosen with it is sent', async () => {
  await openUpload()
  const empty = { name: 'holiday', mimeType: '', buffer: Buffer.alloc(0) }
  await page.locator('input[type=file]').first().setInputFiles([empty, film()])
  await page.getByRole('alert').getByText('“holiday”: nothing inside that could be sent').waitFor()
  await page.getByRole('article', { name: 'film.mp4' }).waitFor()
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([film('other.mp4')])
  await page.getByRole('article', { name: 'other.mp4' }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
})

test('a choice about captions that is refused does not stay on the page, and each control names its language', async () => {
  const { id } = await upload('Film')
  await ada.request(`/api/videos/${id}/captions/de`, { method: 'PUT', body: '00:00,0 --> 00:02,0\nHallo' })
  await openStudio(page, url, id)
  const panel = page.getByRole('region', { name: 'Captions', exact: true })
  const kind = panel.getByRole('combobox', { name: 'What they tell: German' })
  const isDefault = panel.getByRole('checkbox', { name: 'Show by default: German' })
  const before = [await kind.inputValue(), await isDefault.isChecked()]
  await page.route('**/captions/de', (route) => route.fulfill({ status: 503, body: '{}' }))
  await kind.selectOption(before[0] === 'captions' ? 'subtitles' : 'captions')
  await panel.getByRole('alert').waitFor()
  await until(
    () => kind.inputValue(),
    (value) => value === before[0],
  )
  await isDefault.click()
  await until(
    () => isDefault.isChecked(),
    (value) => value === before[1],
  )
  for (const name of ['Edit captions: German', 'Delete: German']) {
    expect([name, await panel.getByRole('button', { name, exact: true }).count()]).toEqual([name, 1])
  }
  for (const name of ['Download WebVTT: German', 'Download SRT: German']) {
    expect([name, await panel.getByRole('link', { name, exact: true }).count()]).toEqual([name, 1])
  }
})

test('a new file for a video is sent by the tab: it goes on from page to page, is paused and told, and only closing is asked about', async () => {
  const { id } = await upload('Film')
  await openStudio(page, url, id)
  const bytes = await hold('**/api/uploads**', 'POST')
  await chooseAnother('second.mp4')
  await bytes.asked
  await page.getByRole('link', { name: 'Studio' }).click()
  const line = page.getByRole('link', { name: '1 file is being sent' })
  await line.waitFor()
  const closing = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const dialog = await closing
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()

  await line.click()
  const card = page.getByRole('article', { name: 'second.mp4' })
  await card.getByText('Replaces the file of Film').waitFor()
  expect(await line.count()).toBe(0)
  await card.getByRole('button', { name: 'Pause: second.mp4' }).click()
  await page.getByRole('link', { name: 'Studio' }).click()
  await page.getByRole('link', { name: '1 file is not sent yet' }).waitFor()
  await page.goBack()
  await card.getByRole('link', { name: 'Film' }).click()
  await page.getByRole('button', { name: 'Resume: second.mp4' }).click()
  await bytes.letGo()
  await page.getByText(/^The new file is here|^A new file is being made ready/).waitFor()
  expect(await page.getByRole('link', { name: /being sent|not sent/ }).count()).toBe(0)
  expect((await rowOf(id)).source_name).toBe('second.mp4')
  expect(await mine()).toHaveLength(1)
})

test('sending a new file is taken back without taking the video along', async () => {
  const { id } = await upload('Film')
  const before = await rowOf(id)
  await openStudio(page, url, id)
  const bytes = await hold('**/api/uploads**', 'POST')
  await chooseAnother('second.mp4')
  await bytes.asked
  const cancel = page.getByRole('button', { name: 'Cancel: second.mp4' })
  expect(await pressAndAnswer(cancel, 'accept')).toContain('The video stays as it is')
  await page.getByRole('button', { name: 'Choose another file' }).waitFor()
  await bytes.letGo()
  expect(await rowOf(id)).toMatchObject({ source_key: before.source_key, source_name: 'film.mp4' })
})

async function chooseAnother(name: string): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose another file' }).click(),
  ])
  page.once('dialog', (dialog) => dialog.accept())
  await chooser.setFiles(film(name))
}

test('a video that waits for its turn is stopped in the list of videos, and tried again there', async () => {
  await upload('First')
  await upload('Second')
  await page.goto(`${url}/studio`)
  await page.getByText('of 100 MB used').waitFor()
  const stop = page.getByRole('button', { name: 'Stop: Second' })
  expect(await pressAndAnswer(stop, 'accept')).toContain('Nothing of it can be watched yet')
  await page.getByText('was stopped, as you wished').waitFor()
  expect(await stop.count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Stop: First' }).count()).toBe(1)

  const { id } = (await mine()).find(({ title }) => title === 'Second')!
  const before = await rowOf(id)
  await page.getByRole('button', { name: 'Try again: Second' }).click()
  await stop.waitFor()
  expect(await page.getByText('was stopped, as you wished').count()).toBe(0)
  expect(await rowOf(id)).toMatchObject({ status: 'queued', source_key: before.source_key, failure_code: null })
})

test('where another try would end the same, the studio leads to another file and never to another address', async () => {
  const { id } = await upload('Notes')
  const failed = { status: 'failed' as const, failure_code: 'not_a_video', failure_message: 'Not a video.' }
  await api.catalog.database.updateTable('video').set(failed).where('id', '=', id).execute()
  await page.goto(`${url}/studio`)
  await page.getByRole('link', { name: 'Replace the file: Notes' }).click()
  await page.waitForURL(`**/studio/${id}#replace`)
  await page.getByRole('region', { name: 'Replace the file' }).getByRole('button').waitFor()
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
  expect(await page.locator('main a[href="/upload"]').count()).toBe(0)
  const refused = await ada.send('POST', `/api/videos/${id}/retry`)
  expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'retry_useless' } }])
})

test('an original need not be kept: what that costs is said, asked about, and told once it is gone', async () => {
  const { id } = await upload('Kept')
  const shown = { status: 'ready' as const, published_prefix: `videos/${id}/a1/ladder`, published_at: new Date() }
  await api.catalog.database.updateTable('video').set(shown).where('id', '=', id).execute()
  await openStudio(page, url, id)
  const panel = page.getByRole('region', { name: 'The original file' })
  const keep = panel.getByRole('checkbox', { name: 'Keep the file as I uploaded it' })
  await panel.getByText('It takes 200 kB of your space.').waitFor()
  expect(await pressAndAnswer(keep, 'dismiss')).toContain('This can’t be undone')
  expect([await keep.isChecked(), (await rowOf(id)).keeps_original]).toEqual([true, true])
  await pressAndAnswer(keep, 'accept')
  await panel.getByText('It is deleted within a minute or two.').waitFor()
  expect((await rowOf(id)).keeps_original).toBe(false)
  // As a worker does it.
  await api.catalog.database.updateTable('video').set({ source_key: null }).where('id', '=', id).execute()
  await panel.getByText('The original was deleted.').waitFor()
  await page.getByText('no other moment can be chosen').waitFor()
  expect(await page.getByRole('link', { name: /Download the original/ }).count()).toBe(0)
  await page.getByRole('region', { name: 'Replace the file' }).getByRole('button').waitFor()
  const refused = await ada.request(`/api/videos/${id}/original`)
  expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'original_deleted' } }])
})

const rowOf = (id: string) =>
  api.catalog.database.selectFrom('video').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
