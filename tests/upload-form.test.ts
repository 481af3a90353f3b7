import { expect, test } from 'vitest'
import type { Page as ListPage, VideoCard } from '#contract/video.ts'
import { holdRequests } from '#support/hold-requests.ts'
import { until } from '#support/until.ts'
import { type Film, useUploadPage } from '#support/upload-page.ts'

const fileBytes = 12_000_000
// So slow that everything here is done before it has arrived.
const slow = { bytesPerSecond: 100_000 }

const sending = useUploadPage({ quotaMb: 100 })

const videoOf = async ({ name }: Film) => (await sending.api.videos()).find(({ title }) => title === name.split('.')[0])

/** As a worker does it. */
async function publish(id: string): Promise<void> {
  const published = { status: 'ready', published_at: new Date() } as const
  await sending.api.catalog.database.updateTable('video').set(published).where('id', '=', id).execute()
}

async function isListed(id: string): Promise<boolean> {
  const answer = await fetch(`${sending.api.url}/api/videos`)
  return ((await answer.json()) as ListPage<VideoCard>).items.some((card) => card.id === id)
}

const whoMayWatch = (film: Film) => sending.row(film).getByLabel('Who can watch')

async function sendSlowly(film: Film): Promise<void> {
  sending.line.faults = slow
  sending.line.cutAll('close')
  await sending.choose(film)
}

async function goOnQuickly(): Promise<void> {
  sending.line.faults = {}
  sending.line.cutAll('reset')
}

test('a video that is made private while it is sent is private before it has arrived, without a press of Save, and never listed', async () => {
  const film = await sending.makeFilm(fileBytes)
  await sendSlowly(film)
  await whoMayWatch(film).selectOption('private')
  await sending.row(film).getByText('Saved.').waitFor()
  const draft = await videoOf(film)
  expect([draft?.status, draft?.visibility]).toEqual(['uploading', 'private'])
  // The page that is come back to tells what holds.
  await sending.page.getByRole('link', { name: 'Studio' }).first().click()
  await sending.page.getByRole('link', { name: /1 file is being sent/ }).click()
  expect(await whoMayWatch(film).inputValue()).toBe('private')
  await goOnQuickly()
  await sending.arrived(film)
  await publish(draft!.id)
  expect(await isListed(draft!.id)).toBe(false)
  expect((await fetch(`${sending.api.url}/api/videos/${draft!.id}`)).status).toBe(404)
})

test('who may watch is chosen before the files, for those that follow, each of which is private from its beginning', async () => {
  const [first, second] = [await sending.makeFilm(1_000), await sending.makeFilm(1_000)]
  await sending.page.getByLabel('Who can watch what you add').selectOption('private')
  const drafts: unknown[] = []
  sending.page.on('request', (request) => request.url().endsWith('/drafts') && drafts.push(request.postDataJSON()))
  for (const film of [first, second]) {
    await sending.choose(film)
    await sending.arrived(film)
    expect(await whoMayWatch(film).inputValue()).toBe('private')
  }
  expect(drafts).toEqual([first, second].map(() => expect.objectContaining({ visibility: 'private' })))
})

test('what is not saved is not told as a fact, and asked about once when its page is left', async () => {
  const film = await sending.makeFilm(1_000)
  await sending.choose(film)
  await sending.arrived(film)
  const fact = sending.row(film).getByText('Only you can watch it.', { exact: true })
  await sending.page.route('**/api/videos/*', (route) =>
    route.request().method() === 'PATCH' ? route.abort() : route.continue(),
  )
  await whoMayWatch(film).selectOption('private')
  await sending.row(film).getByRole('alert').waitFor()
  await sending.row(film).getByText('Not saved yet. Once it is saved: Only you can watch it.').waitFor()
  expect(await fact.count()).toBe(0)
  sending.answersYes = false
  await sending.page.getByRole('link', { name: 'Studio' }).first().click()
  await until(
    async () => sending.questions,
    (questions) => questions.length > 0,
  )
  await sending.page.unroute('**/api/videos/*')
  await sending.row(film).getByRole('button', { name: 'Save' }).click()
  await fact.waitFor()
  expect((await videoOf(film))?.visibility).toBe('private')
  const moved = sending.page.waitForURL('**/studio')
  await sending.page.getByRole('link', { name: 'Studio' }).first().click()
  await moved
  expect(sending.questions).toEqual(['Leave without saving what you changed here?'])
})

test('a choice that is made while the network is away is saved by itself once it is back', async () => {
  const film = await sending.makeFilm(1_000)
  await sending.choose(film)
  await sending.arrived(film)
  await sending.context.setOffline(true)
  await whoMayWatch(film).selectOption('private')
  await sending.row(film).getByText('Not saved yet.').waitFor()
  await sending.context.setOffline(false)
  await sending.row(film).getByText('Saved.').waitFor()
  expect((await videoOf(film))?.visibility).toBe('private')
})

test('while a choice is on its way to the site nothing is told of who can watch', async () => {
  const film = await sending.makeFilm(1_000)
  await sending.choose(film)
  await sending.arrived(film)
  const held = await holdRequests(sending.page, '**/api/videos/*', 'PATCH')
  await whoMayWatch(film).selectOption('private')
  await held.asked
  await sending.row(film).getByText('Saving…').waitFor()
  await held.letGo()
  await sending.row(film).getByText('Only you can watch it.', { exact: true }).waitFor()
  await until(
    async () => (await videoOf(film))?.visibility,
    (visibility) => visibility === 'private',
  )
})

test('what has arrived can be watched and stopped like any video, and not be taken back as if it were being sent', async () => {
  const film = await sending.makeFilm(1_000)
  await sending.choose(film)
  await sending.arrived(film)
  await sending.row(film).getByRole('button', { name: 'Stop: film' }).waitFor()
  expect(
    await sending
      .row(film)
      .getByRole('button', { name: /Cancel/ })
      .count(),
  ).toBe(0)
  await publish((await videoOf(film))!.id)
  await sending.row(film).getByText('Ready in every quality.').first().waitFor()
  expect(
    await sending
      .row(film)
      .getByRole('button', { name: /Cancel|Stop|Delete/ })
      .count(),
  ).toBe(0)
})

test('what could not be made is put away after a question, and neither shared nor said to be on its way', async () => {
  const film = await sending.makeFilm(1_000, 'txt')
  const { name } = film
  const onItsWay = sending.row(film).getByText('It is sent anyway')
  await sending.choose(film)
  await onItsWay.waitFor()
  await sending.row(film).getByRole('button', { name: /^Stop/ }).click()
  await sending
    .row(film)
    .getByRole('button', { name: `Delete: ${name}` })
    .waitFor()
  expect(await onItsWay.count()).toBe(0)
  expect(await sending.row(film).getByRole('button', { name: 'Link and embed code' }).count()).toBe(0)
  expect(await sending.row(film).getByLabel('Who can watch').count()).toBe(0)
  await sending
    .row(film)
    .getByRole('button', { name: `Delete: ${name}` })
    .click()
  await sending.row(film).waitFor({ state: 'detached' })
  expect(sending.questions.at(-1)).toBe('Delete this video for good?')
  await until(
    () => videoOf(film),
    (video) => video === undefined,
  )
})

test('another language is asked about while something is sent, and the same file goes on afterwards', async () => {
  const film = await sending.makeFilm(fileBytes)
  await sendSlowly(film)
  await sending
    .row(film)
    .getByText(/of 12 MB/)
    .waitFor()
  const chinese = sending.page.getByRole('link', { name: '中文' }).first()
  sending.answersYes = false
  await chinese.click()
  await sending
    .row(film)
    .getByText(/^Sending/)
    .first()
    .waitFor()
  expect(sending.questions).toEqual([expect.stringContaining('stops what is being sent')])
  sending.answersYes = true
  await chinese.click()
  await sending.page.getByText('还没传完').waitFor()
  expect(sending.questions).toHaveLength(2)
  await goOnQuickly()
  await sending.choose(film)
  await sending.arrived(film)
})
