import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chooseAnotherFile } from '#support/choose-another-file.ts'
import { holdAnswers } from '#support/hold-answers.ts'
import { holdRequests } from '#support/hold-requests.ts'
import { openStudio } from '#support/open-studio.ts'
import { film, uploadFilm, useOwnerPages, videosOf } from '#support/owner-pages.ts'
import { type Person, signUp } from '#support/person.ts'
import { pressAndAnswer } from '#support/press-and-answer.ts'
import { until } from '#support/until.ts'
import type { UploadApi } from '#support/upload-api.ts'

/** What owners do with the files of their videos, on the pages of the studio; no worker makes anything of them here. */

let folder: string
let api: UploadApi
let url: string
let ada: Person
let page: Page
useOwnerPages((fresh) => {
  ;({ api, url, ada, page } = fresh)
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owner-files-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a new file for a video is sent by the tab: it goes on from page to page, is paused and told, and only closing is asked about', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  await openStudio(page, url, id)
  const bytes = await holdRequests(page, '**/api/uploads**', 'POST')
  await chooseAnotherFile(page, film('second.mp4'))
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
  expect(await videosOf(ada)).toHaveLength(1)
})

test('sending a new file is taken back without taking the video along', async () => {
  const { id } = await uploadFilm(ada, 'Film')
  const before = await rowOf(id)
  await openStudio(page, url, id)
  const bytes = await holdRequests(page, '**/api/uploads**', 'POST')
  await chooseAnotherFile(page, film('second.mp4'))
  await bytes.asked
  const cancel = page.getByRole('button', { name: 'Cancel: second.mp4' })
  expect(await pressAndAnswer(cancel, 'accept')).toContain('The video stays as it is')
  await page.getByRole('button', { name: 'Choose another file' }).waitFor()
  await bytes.letGo()
  expect(await rowOf(id)).toMatchObject({ source_key: before.source_key, source_name: 'film.mp4' })
})

test.each([
  { how: 'in one', sizeBytes: 200_000 },
  { how: 'in parts', sizeBytes: 68_000_000 },
])(
  'what is stopped while the server begins it, $how, is gone on with or taken back, and never left there',
  async ({ sizeBytes }) => {
    const path = join(folder, `${sizeBytes}.mp4`)
    await writeFile(path, '')
    await truncate(path, sizeBytes)
    const { id } = await uploadFilm(ada, 'Film')
    await openStudio(page, url, id)
    const begun = await holdAnswers(page, '**/api/uploads', 'POST')
    const underWay = () =>
      api.catalog.database.selectFrom('unfinished_upload').select('id').where('replaces', '=', id).execute()

    await chooseAnotherFile(page, path)
    await begun.answered(1)
    expect(await underWay()).toHaveLength(1)
    const cancel = page.getByRole('button', { name: /^Cancel: / })
    await pressAndAnswer(cancel, 'accept')
    await page.getByRole('button', { name: 'Choose another file' }).waitFor()
    await begun.letGo()
    await until(underWay, (rows) => rows.length === 0)

    await chooseAnotherFile(page, path)
    await begun.answered(2)
    await page.getByRole('button', { name: /^Pause: / }).click()
    await page.getByRole('button', { name: /^Resume: / }).click()
    await begun.letGo()
    await page.getByText(/^The new file is here|^A new file is being made ready/).waitFor()
    await begun.answered(2)
    expect(await underWay()).toEqual([])
  },
)

test('a video that waits for its turn is stopped in the list of videos, and tried again there', async () => {
  await uploadFilm(ada, 'First')
  await uploadFilm(ada, 'Second')
  await page.goto(`${url}/studio`)
  await page.getByText('of 100 MB used').waitFor()
  const stop = page.getByRole('button', { name: 'Stop: Second' })
  expect(await pressAndAnswer(stop, 'accept')).toContain('Nothing of it can be watched yet')
  await page.getByText('was stopped, as you wished').waitFor()
  expect(await stop.count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Stop: First' }).count()).toBe(1)

  const { id } = (await videosOf(ada)).find(({ title }) => title === 'Second')!
  const before = await rowOf(id)
  await page.getByRole('button', { name: 'Try again: Second' }).click()
  await stop.waitFor()
  expect(await page.getByText('was stopped, as you wished').count()).toBe(0)
  expect(await rowOf(id)).toMatchObject({ status: 'queued', source_key: before.source_key, failure_code: null })
})

test('where another try would end the same, the studio leads to another file and never to another address', async () => {
  const { id } = await uploadFilm(ada, 'Notes')
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
  const { id } = await uploadFilm(ada, 'Kept')
  const shown = { status: 'ready' as const, published_prefix: `videos/${id}/a1/ladder`, published_at: new Date() }
  await api.catalog.database.updateTable('video').set(shown).where('id', '=', id).execute()
  await openStudio(page, url, id)
  const panel = page.getByRole('region', { name: 'The original file' })
  const keep = panel.getByRole('checkbox', { name: 'Keep the file as I uploaded it' })
  await panel.getByText('It takes 200 kB of your space.').waitFor()
  expect(await pressAndAnswer(keep, 'dismiss')).toContain('This can’t be undone')
  expect([await keep.isChecked(), (await rowOf(id)).keeps_original]).toEqual([true, true])
  await pressAndAnswer(keep, 'accept')
  // The pictures of its timeline are still to be made.
  await panel.getByText('It is deleted later, once everything is made of it.').waitFor()
  expect((await rowOf(id)).keeps_original).toBe(false)
  const lookAgain = () => page.evaluate("dispatchEvent(new Event('focus'))")
  const set = async (values: object) => {
    await api.catalog.database.updateTable('video').set(values).where('id', '=', id).execute()
    await lookAgain()
  }
  await set({ storyboard_source_key: (await rowOf(id)).source_key })
  await panel.getByText('It is deleted within a minute or two.').waitFor()
  // As a worker does it.
  await set({ source_key: null })
  await panel.getByText('The original was deleted.').waitFor()
  await page.getByText('no other moment can be chosen').waitFor()
  expect(await page.getByRole('link', { name: /Download the original/ }).count()).toBe(0)
  await page.getByRole('region', { name: 'Replace the file' }).getByRole('button').waitFor()
  const refused = await ada.request(`/api/videos/${id}/original`)
  expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'original_deleted' } }])

  // What can never be made into everything stays.
  const cutId = (await uploadFilm(ada, 'Too much')).id
  const { source_key } = await rowOf(cutId)
  const cut = { flags: ['ladder_failed'], failure_code: 'output_limit', storyboard_source_key: source_key }
  const isShown = { status: 'ready' as const, published_prefix: `videos/${cutId}/a1/first`, keeps_original: false }
  await api.catalog.database
    .updateTable('video')
    .set({ ...isShown, ...cut })
    .where('id', '=', cutId)
    .execute()
  await openStudio(page, url, cutId)
  await panel.getByText('It stays: not everything could be made of it.').waitFor()
  expect(await (await ada.request(`/api/videos/${cutId}`)).json()).toMatchObject({
    originalGoes: 'never',
    canRetry: false,
  })
})

test('an admin gives somebody limits of his own and takes them back; nobody else has the page', async () => {
  await page.goto(`${url}/settings/quotas`)
  await page.getByRole('heading', { name: 'This is not for your account' }).waitFor()
  const me = (await (await ada.request('/api/me')).json()) as { id: string; email: string }
  await api.catalog.database.updateTable('user').set({ role: 'admin' }).where('id', '=', me.id).execute()
  const { email } = (await (await (await signUp(url, 'Grace')).request('/api/me')).json()) as { email: string }

  await page.goto(url)
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('link', { name: 'Space of everybody' }).click()
  const grace = page.getByRole('article').filter({ hasText: email })
  await grace.getByText('0 bytes of 100 MB used').waitFor()
  const change = grace.getByRole('button', { name: 'Change the limits of Grace' })
  await change.click()
  await page.keyboard.type('0.5')
  await grace.getByRole('textbox', { name: 'Videos' }).fill('3')
  await page.keyboard.press('Enter')
  await grace.getByText('0 bytes of 500 MB used · 0 of 3 videos · own limits').waitFor()
  await change.click()
  const space = grace.getByRole('textbox', { name: 'Space in GB' })
  await space.fill('.')
  await page.keyboard.press('Enter')
  expect(await grace.locator('input[name=gigabytes]:invalid').count()).toBe(1)
  // What he was not given himself is not made his own by saving.
  await space.fill('')
  await page.keyboard.press('Enter')
  await grace.getByText('0 bytes of 100 MB used · 0 of 3 videos · own limits').waitFor()
  await change.click()
  expect(await space.inputValue()).toBe('')
  await grace.getByRole('textbox', { name: 'Space in GB' }).fill('')
  await grace.getByRole('textbox', { name: 'Videos' }).fill('')
  await grace.getByRole('button', { name: 'Save' }).click()
  await grace.getByText('0 bytes of 100 MB used · 0 videos').waitFor()
  expect(await grace.getByText('own limits').count()).toBe(0)

  await page.getByRole('searchbox', { name: 'Name or e-mail' }).fill(email.toUpperCase())
  await page.keyboard.press('Enter')
  await page.waitForURL(/search=/)
  await until(
    () => page.getByRole('article').count(),
    (count) => count === 1,
  )
  await grace.waitFor()
})

const rowOf = (id: string) =>
  api.catalog.database.selectFrom('video').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
