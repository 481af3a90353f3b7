import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { holdRequests } from '#support/hold-requests.ts'
import { openStudio } from '#support/open-studio.ts'
import { film, uploadFilm, useOwnerPages, videosOf } from '#support/owner-pages.ts'
import type { Person } from '#support/person.ts'
import { pressAndAnswer } from '#support/press-and-answer.ts'
import { until } from '#support/until.ts'

/** What owners do on the pages for sending and the studio, before or while a worker is at a video: here is none. */

const tinyPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
let url: string
let ada: Person
let page: Page
useOwnerPages((fresh) => {
  ;({ url, ada, page } = fresh)
})

async function openUpload(): Promise<void> {
  await page.goto(`${url}/upload`)
  // Asked by its scripts: from now on it hears what is done to it.
  await page.getByText('of 100 MB used').waitFor()
}

test('a file that is cancelled while its video is being made leaves no video behind', async () => {
  await openUpload()
  const drafts = await holdRequests(page, '**/api/videos/drafts', 'POST')
  await page.locator('input[type=file]').first().setInputFiles(film())
  await drafts.asked
  await pressAndAnswer(page.getByRole('button', { name: 'Cancel: film.mp4' }), 'accept')
  await page.getByRole('article', { name: 'film.mp4' }).waitFor({ state: 'detached' })
  const isMade = page.waitForResponse('**/api/videos/drafts')
  const isDeleted = page.waitForRequest((request) => request.method() === 'DELETE')
  await drafts.letGo()
  expect((await isMade).status()).toBe(201)
  await isDeleted
  await until(
    () => videosOf(ada),
    (videos) => videos.length === 0,
  )
})

test('a file that is paused and resumed while its video is being made becomes one video', async () => {
  await openUpload()
  const drafts = await holdRequests(page, '**/api/videos/drafts', 'POST')
  await page.locator('input[type=file]').first().setInputFiles(film())
  await drafts.asked
  await page.getByRole('button', { name: 'Pause: film.mp4' }).click()
  await page.getByRole('button', { name: 'Resume: film.mp4' }).click()
  await drafts.letGo()
  await page.getByRole('link', { name: 'Watch' }).waitFor()
  expect((await videosOf(ada)).map(({ title }) => title)).toEqual(['film'])
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
  // What turns the reading direction would hide what kind of file it is.
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([film('film\u202e4pm.mp4')])
  await page.getByRole('heading', { name: 'film 4pm.mp4', exact: true }).waitFor()
  expect(await page.getByRole('alert').count()).toBe(0)
})

test('a file that is no video is told to have failed, leaves no video behind, and another one is chosen in its place', async () => {
  await openUpload()
  const picture = { name: 'picture.png', mimeType: 'image/png', buffer: tinyPng }
  await page.locator('input[type=file]').first().setInputFiles(picture)
  const card = page.getByRole('article', { name: 'picture.png' })
  await card.getByText('Failed. Nothing of this file was kept.').and(page.locator('.numbers')).waitFor()
  const said = await card.textContent()
  for (const untrue of ['is kept', 'link works', 'It is sent anyway', 'Try again', 'Cancel']) {
    expect(said).not.toContain(untrue)
  }
  await until(
    () => videosOf(ada),
    (videos) => videos.length === 0,
  )
  const chooser = page.waitForEvent('filechooser')
  await card.getByRole('button', { name: 'Choose another file: picture.png' }).click()
  await (await chooser).setFiles(film())
  await card.waitFor({ state: 'detached' })
  await page.getByRole('article', { name: 'film.mp4' }).getByRole('link', { name: 'Watch' }).waitFor()
  expect((await videosOf(ada)).map(({ title }) => title)).toEqual(['film'])
})

test('a long title without a space makes no page wider than the screen', async () => {
  const { id } = await uploadFilm(ada, `very-long-name-${'x'.repeat(180)}`)
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    for (const path of ['/', '/studio', `/watch/${id}`, `/studio/${id}`, `/studio/${id}/views`]) {
      await page.goto(url + path)
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
      expect({ path, wide }).toEqual({ path, wide: width })
    }
  }
})

test('a file of captions is saved once its language is chosen, which its name proposes, and what is no captions asks nothing', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  await openStudio(page, url, id)
  const panel = page.getByRole('region', { name: 'Captions', exact: true })
  const language = panel.getByRole('combobox', { name: 'Language' })
  const choose = (name: string, text: string) =>
    panel.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer: Buffer.from(text) })
  const save = panel.getByRole('button', { name: 'Save captions' })

  await choose('film.srt', '1\n00:00:00,000 --> 00:00:02,000\nGuten Tag')
  await save.click()
  await panel.getByText('Choose the language first.').waitFor()
  await language.selectOption('de')
  await save.click()
  await panel.getByText('German: 1 caption saved.').waitFor()
  expect(await language.inputValue()).toBe('')

  await choose('film.en-US.srt', '1\n00:00:00,000 --> 00:00:02,000\nHello')
  await save.waitFor()
  expect(await language.inputValue()).toBe('en-US')
  await panel.getByRole('button', { name: 'Cancel' }).click()
  expect(await language.inputValue()).toBe('')

  // A question that nobody answers would be dismissed, and nothing be told.
  await choose('film.de.srt', 'nothing of the kind')
  await panel.getByRole('alert').getByText('no SRT or WebVTT file').waitFor()
  expect(await save.count()).toBe(0)
  const { items } = (await (await ada.request(`/api/videos/${id}/captions`)).json()) as {
    items: { language: string }[]
  }
  expect(items.map((track) => track.language)).toEqual(['de'])
})

test('a choice about captions that is refused does not stay on the page, and each control names its language', async () => {
  const { id } = await uploadFilm(ada, 'Film')
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
