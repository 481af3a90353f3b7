import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { newVisitor, startBrowser } from '#support/browser.ts'
import { type FaultProxy, startFaultProxy } from '#support/fault-proxy.ts'
import { type Person, signUp } from '#support/person.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

const site = process.env.SITE_BUILD ?? fileURLToPath(new URL('../../web/build', import.meta.url))
// Enough to be sent in parts.
const fileBytes = 72_000_000
const slow = { bytesPerSecond: 2_000_000 }

let api: UploadApi
let line: FaultProxy
let browser: Browser
let folder: string
let context: BrowserContext
let page: Page
let person: Person
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'upload-parts-'))
  api = await startUploadApi({ SITE_BUILD: site, QUOTA_BYTES: '300000000' })
  line = await startFaultProxy(api.port)
  url = `http://localhost:${line.port}`
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await line?.stop()
  await api?.stop()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  line.faults = {}
  person = await signUp(url)
  context = await newVisitor(browser)
  await person.signIn(context)
  page = await openPage()
})
afterEach(() => context?.close())

async function openPage(): Promise<Page> {
  const opened = await context.newPage()
  opened.on('dialog', (dialog) => dialog.accept())
  await opened.goto(`${url}/upload`)
  // Asked by its scripts: from now on it hears what is done to it.
  await opened.getByText('of 300 MB used').waitFor()
  return opened
}

interface Film {
  path: string
  name: string
  hash: string
}

let films = 0
async function makeFilm(): Promise<Film> {
  const content = randomBytes(fileBytes)
  const name = `film-${++films}.mp4`
  await writeFile(join(folder, name), content)
  return { path: join(folder, name), name, hash: sha256(content) }
}

async function choose(film: Film): Promise<void> {
  await page.locator('input[type=file]').first().setInputFiles(film.path)
}

function row({ name }: Film) {
  return page.getByRole('article', { name })
}

/** Of the PATCHes that the page began: to which part, and what checksum they bear. */
function watchParts() {
  const seen: { part: string; checksum: string | undefined }[] = []
  page.on('request', (request) => {
    const part = /parts\/(\d)-of-4$/.exec(request.url())?.[1]
    if (part && request.method() === 'PATCH') seen.push({ part, checksum: request.headers()['upload-checksum'] })
  })
  return seen
}

/** How many parts have something that is told of. */
async function begunParts(): Promise<number> {
  return (await readdir(join(api.folder, 'uploads'))).filter((name) => name.includes('.part-')).length
}

/** One video with those bytes, and nothing left of the upload. */
async function arrived({ name, hash }: Film): Promise<void> {
  const videos = await until(
    async () => (await api.videos()).filter((video) => video.source_name === name && video.source_key !== null),
    (found) => found.length > 0,
    60_000,
  )
  expect(videos).toHaveLength(1)
  expect(await api.storedHash(videos[0]!)).toBe(hash)
  expect(await readdir(join(api.folder, 'uploads'))).toEqual([])
}

test('a large file goes over four lines with checksums, survives a killed server, a spoilt chunk and a pause', async () => {
  const film = await makeFilm()
  const seen = watchParts()
  line.faults = slow
  await choose(film)
  await until(begunParts, (count) => count === 4)
  expect(new Set(seen.map(({ part }) => part))).toEqual(new Set(['1', '2', '3', '4']))
  for (const { checksum } of seen) expect(checksum).toMatch(/^sha256 /)
  await api.restart()
  await row(film)
    .getByText(/^Sending, /)
    .first()
    .waitFor()
  let isSpoilt = false
  await page.route('**/parts/2-of-4', (route) => {
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
  await row(film)
    .getByText(/^Sending, /)
    .first()
    .waitFor()
  await page
    .getByRole('button', { name: /^Pause/ })
    .first()
    .click()
  await row(film).getByText('Paused. What was sent is kept.').first().waitFor()
  line.faults = {}
  line.cutAll('reset')
  await page
    .getByRole('button', { name: /^Resume/ })
    .first()
    .click()
  await arrived(film)
})

test('a closed browser goes on where each part was, once the file is chosen again', async () => {
  const film = await makeFilm()
  line.faults = slow
  await choose(film)
  await until(begunParts, (count) => count === 4)
  await page.close()
  line.faults = {}
  page = await openPage()
  await page.getByText('Not finished yet').waitFor()
  await page.getByText(/[1-9]\d?% of 72 MB sent/).waitFor()
  const created: string[] = []
  page.on('request', (request) => request.method() === 'POST' && created.push(new URL(request.url()).pathname))
  let isHeld = true
  const held: (() => void)[] = []
  await page.route('**/parts/*', async (route) => {
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
    await route.continue()
  })
  await choose(film)
  // What is there already is told before any part has its turn.
  await row(film)
    .getByText(/^Sending, [1-9]\d?%/)
    .first()
    .waitFor()
  isHeld = false
  for (const letGo of held) letGo()
  await arrived(film)
  expect(created.filter((path) => path.startsWith('/api/uploads') || path.includes('drafts'))).toEqual([])
  // And then it is forgotten.
  page = await openPage()
  expect(await page.getByText('Not finished yet').count()).toBe(0)
})

test('what is cancelled is gone with all its parts, in this page and from the list of a later one', async () => {
  const gone = () =>
    until(
      () => readdir(join(api.folder, 'uploads')),
      (names) => names.length === 0,
      15_000,
    )
  line.faults = slow
  const [film, other] = [await makeFilm(), await makeFilm()]
  await choose(film)
  await until(begunParts, (count) => count === 4)
  await page.getByRole('button', { name: `Cancel: ${film.name}` }).click()
  await gone()
  await choose(other)
  await until(begunParts, (count) => count === 4)
  await page.close()
  line.faults = {}
  page = await openPage()
  await page.getByRole('button', { name: `Delete: ${other.name}` }).click()
  await gone()
  expect(await api.videos()).toHaveLength(2)
})

test('an upload that the server has forgotten is begun anew for the same video', async () => {
  const film = await makeFilm()
  line.faults = slow
  await choose(film)
  await until(begunParts, (count) => count === 4)
  await page
    .getByRole('button', { name: /^Pause/ })
    .first()
    .click()
  await row(film).getByText('Paused. What was sent is kept.').first().waitFor()
  for (const name of await readdir(join(api.folder, 'uploads'))) await rm(join(api.folder, 'uploads', name))
  line.faults = {}
  await page
    .getByRole('button', { name: /^Resume/ })
    .first()
    .click()
  await arrived(film)
})
