import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
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
// More than the buffers of a line take: the page would count those bytes as sent.
const fileBytes = 8_000_000
// More than is on its way in buffers when a line is cut, so that something is left to send.
const longBytes = 40_000_000
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
  folder = await mkdtemp(join(tmpdir(), 'upload-page-'))
  api = await startUploadApi({ SITE_BUILD: site, QUOTA_BYTES: '100000000' })
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
  await opened.getByText('of 100 MB used').waitFor()
  return opened
}

let files = 0
async function makeFile(bytes = fileBytes): Promise<{ path: string; name: string; hash: string }> {
  const content = randomBytes(bytes)
  const name = `film-${++files}.mp4`
  await writeFile(join(folder, name), content)
  return { path: join(folder, name), name, hash: sha256(content) }
}

function row(name: string) {
  return page.getByRole('article', { name })
}

async function choose(...paths: string[]): Promise<void> {
  await page.locator('input[type=file]').first().setInputFiles(paths)
}

/** Some unfinished upload has come so far. */
async function onServer(leastBytes: number): Promise<void> {
  const uploads = join(api.folder, 'uploads')
  await until(
    async () => Promise.all((await readdir(uploads)).map(async (name) => (await stat(join(uploads, name))).size)),
    (sizes) => sizes.some((size) => size >= leastBytes),
  )
}

/** One video of that title with those bytes. */
async function arrived({ name, hash }: { name: string; hash: string }): Promise<void> {
  const videos = await until(
    async () => (await api.videos()).filter((video) => video.source_name === name && video.source_key !== null),
    (found) => found.length > 0,
  )
  expect(videos).toHaveLength(1)
  expect(await api.storedHash(videos[0]!)).toBe(hash)
}

test('several files are sent two at a time, and paused and resumed together or alone', async () => {
  const made = [await makeFile(), await makeFile(), await makeFile()]
  line.faults = slow
  await choose(...made.map(({ path }) => path))
  await row(made[2]!.name).getByText('Waiting for its turn.').first().waitFor()
  await row(made[0]!.name)
    .getByText(/of 8 MB/)
    .waitFor()
  await page.getByRole('button', { name: 'Pause all' }).click()
  for (const { name } of made) await row(name).getByText('Paused. What was sent is kept.').first().waitFor()
  await page.getByRole('button', { name: 'Resume all' }).click()
  await page.getByRole('button', { name: `Pause: ${made[0]!.name}` }).click()
  // Its place is taken by the next.
  await arrived(made[2]!)
  await arrived(made[1]!)
  await page.getByRole('button', { name: `Resume: ${made[0]!.name}` }).click()
  await arrived(made[0]!)
})

test('a killed server and a lost network are waited for, in words, and the upload goes on by itself', async () => {
  const film = await makeFile()
  line.faults = slow
  await choose(film.path)
  await row(film.name)
    .getByText(/of 8 MB/)
    .waitFor()
  process.kill(api.pid(), 'SIGKILL')
  await row(film.name).getByText('The site doesn’t answer.').first().waitFor()
  await api.startAgain()
  await row(film.name)
    .getByText(/^Sending, /)
    .first()
    .waitFor()
  await context.setOffline(true)
  line.cutAll('reset')
  await row(film.name).getByText('Waiting for the network.').first().waitFor()
  await context.setOffline(false)
  await arrived(film)
})

test('a closed browser goes on where it was, once the file is chosen again', async () => {
  const film = await makeFile(longBytes)
  line.faults = slow
  await choose(film.path)
  await onServer(1_000_000)
  await page.getByRole('button', { name: /^Pause/ }).click()
  await page.close()
  line.faults = {}
  page = await openPage()
  await page.getByText('Not finished yet').waitFor()
  await page.getByText(/[1-9]\d?% of 40 MB sent/).waitFor()
  const created: string[] = []
  page.on('request', (request) => request.method() === 'POST' && created.push(new URL(request.url()).pathname))
  await choose(film.path)
  await arrived(film)
  expect(created.filter((path) => path !== '/api/beacon')).toEqual([])
})

test('what is cancelled is gone from the server, in this page and from the list of a later one', async () => {
  const me = (await (await person.request('/api/me')).json()) as { id: string }
  const unfinished = async () => {
    const uploads = await api.catalog.database.selectFrom('unfinished_upload').selectAll().execute()
    return [...uploads, ...(await api.videos())].filter(({ owner_id }) => owner_id === me.id)
  }
  line.faults = slow
  const [film, other] = [await makeFile(longBytes), await makeFile(longBytes)]
  await choose(film.path)
  await row(film.name)
    .getByText(/of 40 MB/)
    .waitFor()
  await page.getByRole('button', { name: `Cancel: ${film.name}` }).click()
  await until(unfinished, (left) => left.length === 0, 15_000)
  await choose(other.path)
  await onServer(1_000_000)
  await page.close()
  line.faults = {}
  page = await openPage()
  await page.getByRole('button', { name: `Delete: ${other.name}` }).click()
  await until(unfinished, (left) => left.length === 0, 15_000)
})

test('more than the account may keep is told with what to do, and how much is used is shown', async () => {
  const film = await makeFile()
  await choose(film.path)
  await arrived(film)
  await page.getByText('8 MB of 100 MB used').waitFor()
  const big = await makeFile(93_000_000)
  await choose(big.path)
  await row(big.name)
    .getByText(/more than your account may keep; delete a video/)
    .waitFor()
  await row(big.name)
    .getByRole('button', { name: /^Try again/ })
    .waitFor()
})

test('files are dropped anywhere on the page', async () => {
  const film = await makeFile(1_000)
  await page.evaluate(`
    const data = new DataTransfer()
    data.items.add(new File([new Uint8Array(1_000)], '${film.name}', { type: 'video/mp4' }))
    document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
  `)
  await row(film.name).waitFor()
})
