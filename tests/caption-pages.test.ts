import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { CaptionDocument } from '#contract/captions.ts'
import { openStudio } from '#support/open-studio.ts'
import { uploadFilm, useOwnerPages } from '#support/owner-pages.ts'
import type { Person } from '#support/person.ts'
import { pressAndAnswer } from '#support/press-and-answer.ts'

/** What owners do with captions in the studio; here is no worker, so no player either. */

let url: string
let ada: Person
let page: Page
useOwnerPages((fresh) => {
  ;({ url, ada, page } = fresh)
})

async function openCaptions(id: string): Promise<Locator> {
  await openStudio(page, url, id)
  return page.getByRole('region', { name: 'Captions', exact: true })
}

const textsOf = async (id: string, language: string) => {
  const answer = await ada.request(`/api/videos/${id}/captions/${language}`)
  return ((await answer.json()) as CaptionDocument).cues.map((cue) => cue.text)
}

const bring = (id: string, language: string, body: string) =>
  ada.request(`/api/videos/${id}/captions/${language}`, { method: 'PUT', body })

test('a file in an old encoding shows its first words and can be read as another, also where its language was chosen first', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  const panel = await openCaptions(id)
  // “Ναι” in Windows-1253, which has the same bytes as “Нбй” in Windows-1251 and “Íáé” in Windows-1252.
  const greek = Buffer.from([...Buffer.from('00:01,0 --> 00:02,0\n'), 0xcd, 0xe1, 0xe9])
  const choose = () => panel.locator('input[type=file]').setInputFiles({ name: 'a.srt', mimeType: '', buffer: greek })
  const encoding = panel.getByRole('combobox', { name: 'Encoding of the file' })
  const language = panel.getByRole('combobox', { name: 'Language' })

  await choose()
  await panel.getByText('Нбй').waitFor()
  expect(await encoding.inputValue()).toBe('windows-1251')
  await language.selectOption('el')
  await panel.getByText('Ναι').waitFor()
  await encoding.selectOption('windows-1252')
  await panel.getByText('Íáé').waitFor()
  await panel.getByRole('button', { name: 'Save captions' }).click()
  await panel.getByText('Greek: 1 caption saved.').waitFor()
  expect(await textsOf(id, 'el')).toEqual(['Íáé'])

  await language.selectOption('ru')
  await choose()
  await panel.getByText('Нбй').waitFor()
  await panel.getByRole('button', { name: 'Save captions' }).click()
  await panel.getByText('Russian: 1 caption saved.').waitFor()
  expect(await textsOf(id, 'ru')).toEqual(['Нбй'])
})

test('lines whose times are wrong are told before a file is saved, and viewers see nothing of them', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  const panel = await openCaptions(id)
  const text = '1\n00:75:00,000 --> 00:76:00,000\nnever\n\n2\n00:00:02,000 --> 00:00:01,000\nSoon\n'
  await panel.getByRole('combobox', { name: 'Language' }).selectOption('en')
  await panel.locator('input[type=file]').setInputFiles({ name: 'a.srt', mimeType: '', buffer: Buffer.from(text) })
  await panel.getByText('Line 2: these times can’t be read').waitFor()
  await panel.getByText('Line 6: the end comes before the start').waitFor()
  await panel.getByRole('button', { name: 'Save captions' }).click()
  await panel.getByText('English: 1 caption saved.').waitFor()
  expect(await textsOf(id, 'en')).toEqual(['Soon'])
})

test('a time that a field refused is no saved change: Save leads to it, and leaving asks', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  await bring(id, 'de', '00:01,0 --> 00:02,0\nHallo')
  const panel = await openCaptions(id)
  await panel.getByRole('button', { name: 'Edit captions: German' }).click()
  await page.getByRole('heading', { name: 'Captions in German' }).waitFor()
  const start = page.getByRole('listitem', { name: 'Caption 1' }).getByLabel('Start', { exact: true })
  const save = panel.getByRole('button', { name: 'Save', exact: true })
  await start.fill('soon')
  await start.press('Control+s')
  await panel.getByText('Write it as 0:01:02.500.').waitFor()
  await panel.getByRole('button', { name: '1 caption to fix' }).waitFor()
  await save.click()
  expect(await panel.locator('input:focus').getAttribute('aria-label')).toBe('Start')
  await pressAndAnswer(panel.getByRole('button', { name: 'Close the editor' }), 'dismiss')
  expect(await panel.getByText('Saved.', { exact: true }).count()).toBe(0)

  await start.fill('0:0:1.5')
  await save.click()
  await panel.getByText('Saved.', { exact: true }).waitFor()
  await panel.getByRole('button', { name: 'Close the editor' }).click()
  await panel.getByRole('button', { name: 'Edit captions: German' }).waitFor()
})

test('saved captions are given another language, and one that has captions is refused', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  await bring(id, 'de', '00:01,0 --> 00:02,0\nHej')
  await bring(id, 'nb', '00:01,0 --> 00:02,0\nHei')
  const panel = await openCaptions(id)
  await panel.getByRole('button', { name: 'Change language: German' }).click()
  const row = panel.getByRole('listitem', { name: 'Captions: German' })
  const language = row.getByRole('combobox', { name: 'Language', exact: true })
  await language.selectOption('nb')
  await row.getByRole('button', { name: 'Save language' }).click()
  await panel.getByRole('alert').getByText('captions in that language already').waitFor()
  expect(await language.inputValue()).toBe('nb')
  await language.selectOption('sv')
  await row.getByRole('button', { name: 'Save language' }).click()
  await panel.getByText('The captions in German are in Swedish now.').waitFor()
  const focused = panel.locator('button:focus')
  expect(await focused.getAttribute('aria-label')).toBe('Change language: Swedish')
  expect([await textsOf(id, 'sv'), await textsOf(id, 'nb')]).toEqual([['Hej'], ['Hei']])
  expect(await panel.getByRole('alert').count()).toBe(0)
})
