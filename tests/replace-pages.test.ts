import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { openStudio } from '#support/open-studio.ts'
import { film, uploadFilm, useOwnerPages } from '#support/owner-pages.ts'
import type { Person } from '#support/person.ts'
import { pressAndAnswer } from '#support/press-and-answer.ts'
import type { UploadApi } from '#support/upload-api.ts'

/** What the studio says of a file that takes the place of another; no worker makes anything of it here. */

let api: UploadApi
let url: string
let ada: Person
let page: Page
useOwnerPages((fresh) => {
  ;({ api, url, ada, page } = fresh)
})

const change = (id: string, values: object) =>
  api.catalog.database.updateTable('video').set(values).where('id', '=', id).execute()

/** A video that can be watched. */
async function watchable(title: string): Promise<string> {
  const { id } = await uploadFilm(ada, title)
  await change(id, { status: 'ready', published_prefix: `videos/${id}/a1/ladder`, published_at: new Date() })
  return id
}

/** Sends another file for it as a form. */
const replaceFilm = (id: string) => ada.upload(new Blob([film('second.mp4').buffer]), 'second.mp4', { replaces: id })

test('whoever stops a new file is told before and after that it goes and that the one before comes back', async () => {
  const id = await watchable('Film')
  await replaceFilm(id)
  await openStudio(page, url, id)
  await page.getByText('Viewers still see the one before.').waitFor()
  // As a worker does with a first version of the new file.
  const { former_attempts: former } = await api.catalog.database
    .selectFrom('video')
    .select('former_attempts')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await change(id, { published_prefix: `videos/${id}/a${former + 1}/first`, current_attempt: former + 1 })
  await openStudio(page, url, id)
  await page.getByText('Viewers see the first version of the new file').waitFor()

  const question = await pressAndAnswer(page.getByRole('button', { name: 'Stop', exact: true }), 'accept')
  expect(question).toContain('It is deleted, and viewers see the one before.')
  await page.getByText('The new file was stopped, as you wished, and is gone.').waitFor()
  expect(await page.getByText(/its file is kept|try again when you like|as if nothing had happened/).count()).toBe(0)
  const video = await ada.video(id)
  expect(video).toMatchObject({ isReplacing: false, original: { name: 'film.mp4' }, canRetry: false })
  expect(video.failure?.message).toContain('that file is gone')
})

test('the list of videos says the same of a new file that is stopped there', async () => {
  const id = await watchable('Film')
  await replaceFilm(id)
  await page.goto(`${url}/studio`)
  await page.getByText('of 100 MB used').waitFor()
  const question = await pressAndAnswer(page.getByRole('button', { name: 'Stop: Film' }), 'accept')
  expect(question).toContain('It is deleted, and viewers see the one before.')
  await page.getByText('The new file was stopped, as you wished, and is gone.').waitFor()
  expect(await page.getByText(/its file is kept|not in every quality/).count()).toBe(0)
})
