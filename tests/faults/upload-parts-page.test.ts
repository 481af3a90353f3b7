import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { holdRequests } from '#support/hold-requests.ts'
import { until } from '#support/until.ts'
import { type Film, useUploadPage } from '#support/upload-page.ts'

// Enough to be sent in parts.
const fileBytes = 72_000_000
const slow = { bytesPerSecond: 2_000_000 }

const sending = useUploadPage({ quotaMb: 300 })

/** Also what the page keeps open from loading: over that, all would be sent before anything can be done to it. */
function slowDown(): void {
  sending.line.faults = slow
  sending.line.cutAll('close')
}

/** Of the PATCHes that the page began: to which part, and what checksum they bear. */
function watchParts() {
  const seen: { part: string; checksum: string | undefined }[] = []
  sending.page.on('request', (request) => {
    const part = /parts\/(\d)-of-4$/.exec(request.url())?.[1]
    if (part && request.method() === 'PATCH') seen.push({ part, checksum: request.headers()['upload-checksum'] })
  })
  return seen
}

/** How many parts have something that is told of. */
async function begunParts(): Promise<number> {
  return (await readdir(join(sending.api.folder, 'uploads'))).filter((name) => name.includes('.part-')).length
}

/** And nothing is left of its upload. */
async function arrivedWhole(film: Film): Promise<void> {
  await sending.arrived(film)
  expect(await readdir(join(sending.api.folder, 'uploads'))).toEqual([])
}

test('a large file goes over four lines with checksums, survives a killed server, a spoilt chunk and a pause', async () => {
  const film = await sending.makeFilm(fileBytes)
  const seen = watchParts()
  slowDown()
  await sending.choose(film)
  await until(begunParts, (count) => count === 4)
  expect(new Set(seen.map(({ part }) => part))).toEqual(new Set(['1', '2', '3', '4']))
  for (const { checksum } of seen) expect(checksum).toMatch(/^sha256 /)
  await sending.api.restart()
  await sending
    .row(film)
    .getByText(/^Sending, /)
    .first()
    .waitFor()
  let isSpoilt = false
  await sending.page.route('**/parts/2-of-4', (route) => {
    if (isSpoilt || route.request().method() !== 'PATCH') return route.continue()
    isSpoilt = true
    const error = { code: 'checksum_mismatch', message: 'The bytes are not those of their checksum.' }
    return route.fulfill({ status: 460, body: JSON.stringify({ error }) })
  })
  await until(
    async () => isSpoilt,
    (is) => is,
    30_000,
  )
  await sending
    .row(film)
    .getByText(/^Sending, /)
    .first()
    .waitFor()
  await sending.press('Pause')
  await sending
    .row(film)
    .getByText(/^Paused\. What has arrived is kept/)
    .first()
    .waitFor()
  sending.line.faults = {}
  sending.line.cutAll('reset')
  await sending.press('Resume')
  await arrivedWhole(film)
})

test('a pause on a slow line costs a few seconds of it, and the page shows what the server has', async () => {
  const film = await sending.makeFilm(fileBytes)
  const seen = new Set<string>()
  sending.page.on(
    'request',
    (request) => request.method() === 'PATCH' && seen.add(request.url().replace(/parts.*/, '')),
  )
  const chromium = await sending.context.newCDPSession(sending.page)
  const line = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 250_000 }
  await chromium.send('Network.enable')
  await chromium.send('Network.emulateNetworkConditions', line)
  await sending.choose(film)
  const shown = sending.row(film).getByText(/[\d.]+ [kM]B of 72 MB/)
  await shown.and(sending.page.getByText(/^([3-9]|\d\d)(\.\d)? MB/)).waitFor({ timeout: 60_000 })
  await sending.press('Pause')
  await sending
    .row(film)
    .getByText(/^Paused\. What has arrived is kept/)
    .first()
    .waitFor()
  const answer = await sending.context.request.head([...seen][0]!, { headers: { 'Tus-Resumable': '1.0.0' } })
  const keptMb = Number(answer.headers()['upload-offset']) / 1_000_000
  const shownMb = Number.parseFloat((await shown.textContent()) ?? '')
  expect(shownMb).toBeGreaterThan(1)
  // It may have more, whose answer came too late; half a step of what is shown is rounding.
  expect(shownMb).toBeLessThanOrEqual(keptMb + 0.05)
  await chromium.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: -1 })
  await sending.press('Resume')
  await arrivedWhole(film)
})

test('a closed browser goes on where each part was, once the file is chosen again', async () => {
  const film = await sending.makeFilm(fileBytes)
  slowDown()
  await sending.choose(film)
  await until(begunParts, (count) => count === 4)
  await sending.page.close()
  sending.line.faults = {}
  await sending.open()
  await sending.page.getByText('Not finished yet').waitFor()
  await sending.page.getByText(/[1-9]\d?% of 72 MB sent/).waitFor()
  const created: string[] = []
  sending.page.on('request', (request) => request.method() === 'POST' && created.push(new URL(request.url()).pathname))
  const sent = await holdRequests(sending.page, '**/parts/*', 'PATCH')
  await sending.choose(film)
  // What is there already is told before any part is sent.
  await sending
    .row(film)
    .getByText(/^Sending, [1-9]\d?%/)
    .first()
    .waitFor()
  await sent.letGo()
  await arrivedWhole(film)
  expect(created.filter((path) => path.startsWith('/api/uploads') || path.includes('drafts'))).toEqual([])
  // And then it is forgotten.
  await sending.open()
  expect(await sending.page.getByText('Not finished yet').count()).toBe(0)
})

test('what is cancelled is gone with all its parts, in this page and from the list of a later one', async () => {
  const gone = () =>
    until(
      () => readdir(join(sending.api.folder, 'uploads')),
      (names) => names.length === 0,
      15_000,
    )
  slowDown()
  const { length: formerVideos } = await sending.api.videos()
  const [film, other] = [await sending.makeFilm(fileBytes), await sending.makeFilm(fileBytes)]
  await sending.choose(film)
  await until(begunParts, (count) => count === 4)
  await sending.page.getByRole('button', { name: `Cancel: ${film.name}` }).click()
  await gone()
  await sending.choose(other)
  await until(begunParts, (count) => count === 4)
  await sending.page.close()
  sending.line.faults = {}
  await sending.open()
  await sending.page.getByRole('button', { name: `Delete: ${other.name}` }).click()
  await gone()
  expect(await sending.api.videos()).toHaveLength(formerVideos)
})

test('an upload that the server has forgotten is begun anew for the same video', async () => {
  const film = await sending.makeFilm(fileBytes)
  slowDown()
  await sending.choose(film)
  await until(begunParts, (count) => count === 4)
  await sending.press('Pause')
  await sending
    .row(film)
    .getByText(/^Paused\. What has arrived is kept/)
    .first()
    .waitFor()
  // What was on its way is at its end, too, and nothing of it is noted any more.
  await sending.api.restart('SIGTERM')
  for (const name of await readdir(join(sending.api.folder, 'uploads')))
    await rm(join(sending.api.folder, 'uploads', name))
  sending.line.faults = {}
  await sending.press('Resume')
  await arrivedWhole(film)
})
