import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Page as ListPage, Video } from '#contract/video.ts'
import { openPageOf, startBrowser } from '#support/browser.ts'
import { type Person, signUp } from '#support/person.ts'
import { siteBuild } from '#support/site-build.ts'
import { until } from '#support/until.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'

const bytes = Buffer.alloc(300_000, 'film')

/** Another site: a file, a page about it, and nothing else. */
const otherSite = createServer((request, response) => {
  if (request.url === '/kites.mp4') response.writeHead(200, { 'Content-Type': 'video/mp4' }).end(bytes)
  else if (request.url === '/about')
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><p>Hi')
  else response.writeHead(404).end()
})

let other: string
let api: UploadApi
/** As sites are by default: it fetches nothing from private networks, where the other site is. */
let guarded: UploadApi
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  await new Promise<void>((resolve) => otherSite.listen(0, '127.0.0.1', resolve))
  const { port } = otherSite.address() as AddressInfo
  other = `http://127.0.0.1:${port}`
  const ports = { SITE_BUILD: siteBuild, IMPORT_PORTS: String(port) }
  ;[api, guarded, browser] = await Promise.all([
    startUploadApi({ ...ports, IMPORT_ALLOW_PRIVATE: 'true' }),
    startUploadApi(ports),
    startBrowser(),
  ])
})
afterEach(() => context?.close())
afterAll(async () => {
  await browser?.close()
  await Promise.all([api?.stop(), guarded?.stop()])
  otherSite.close()
})

async function openForm({ port }: UploadApi): Promise<{ page: Page; person: Person }> {
  const url = `http://localhost:${port()}`
  const person = await signUp(url)
  const page = await openPageOf(person, browser)
  context = page.context()
  page.setDefaultTimeout(30_000)
  // Asked by the page's scripts: from then on they hear what is typed.
  const known = page.waitForResponse('**/api/imports')
  await page.goto(`${url}/upload`)
  await known
  return { page, person }
}

/** With the keyboard alone, from the page's top. */
async function importByKeyboard(page: Page, address: string): Promise<void> {
  const field = page.getByLabel('Address of a video file')
  await until(
    async () => {
      await page.keyboard.press('Tab')
      return field.evaluate((element) => element.matches(':focus'))
    },
    (isThere) => isThere,
  )
  await page.keyboard.type(address)
  await page.keyboard.press('Enter')
}

async function mine(person: Person): Promise<Video[]> {
  return ((await (await person.request('/api/videos?mine=1')).json()) as ListPage<Video>).items
}

test('the address of a file becomes a video, whose link is there while it arrives', async () => {
  const { page, person } = await openForm(api)
  await importByKeyboard(page, `${other}/kites.mp4`)
  const row = page.getByRole('article', { name: 'kites' })
  await row.getByText('from 127.0.0.1').waitFor()
  expect(await page.getByLabel('Address of a video file').inputValue()).toBe('')
  await row.getByRole('link', { name: 'Watch' }).waitFor()
  const [video, ...others] = await mine(person)
  expect([video?.title, video?.status, others.length]).toEqual(['kites', 'queued', 0])
  expect(await row.getByRole('link', { name: 'Watch' }).getAttribute('href')).toBe(`/watch/${video!.id}`)
  const stored = (await api.videos()).find(({ id }) => id === video!.id)
  expect(Number(stored?.source_bytes)).toBe(bytes.length)
})

test('what is no video is told with what to do, tried again and put away, all with the keyboard', async () => {
  const { page, person } = await openForm(api)
  await importByKeyboard(page, `${other}/about`)
  const row = page.getByRole('article', { name: 'about' })
  await row.getByRole('alert').getByText('This address is a web page').waitFor()
  expect(await row.getByRole('link', { name: 'Watch' }).count()).toBe(0)
  const again = page.waitForResponse('**/retry')
  await row.getByRole('button', { name: 'Try again: about' }).press('Enter')
  expect((await again).ok()).toBe(true)
  await row.getByRole('alert').getByText('This address is a web page').waitFor()
  await row.getByRole('button', { name: 'Delete: about' }).press('Enter')
  await row.waitFor({ state: 'detached' })
  expect(await mine(person)).toEqual([])
})

test('an address in a private network is refused at the field, which keeps it and the focus, and makes no video', async () => {
  const { page, person } = await openForm(guarded)
  await importByKeyboard(page, `${other}/kites.mp4`)
  const field = page.getByLabel('Address of a video file')
  await page.getByText('This address leads into a private network').waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  expect(await field.inputValue()).toBe(`${other}/kites.mp4`)
  expect(await field.evaluate((element) => element.matches(':focus'))).toBe(true)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('kites.mp4')
  await page.keyboard.press('Enter')
  await page.getByText('Begin the address with https:// or http://.').waitFor()
  expect(await mine(person)).toEqual([])
})
