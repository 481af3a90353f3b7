import { createClient } from '@clickhouse/client'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPageOf, startBrowser } from '#support/browser.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { findRunning } from '../infra/running-note.ts'

let system: TestSystem
let browser: Browser
let owner: Person
let page: Page
let videoId: string

beforeAll(async () => {
  system = await startTestSystem()
  owner = await signUp(system.url)
  const draft = await owner.send('POST', '/api/videos/drafts', { title: 'A walk' })
  videoId = ((await draft.json()) as { id: string }).id
  const clickhouse = createClient({ url: (await findRunning(system.dataFolder))!.clickhouseUrl })
  const onSite = (site: string, country: string) => playToken({ videoId, site, page: `https://${site}/page`, country })
  const tokens = [onSite('news.example', 'DE'), onSite('news.example', 'FR'), onSite('blog.example', 'DE')]
  await storePlays(
    clickhouse,
    tokens.map((token) => ({ token, state: watched(30) })),
  )
  await clickhouse.close()
  browser = await startBrowser()
  page = await openPageOf(owner, browser)
})

afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

const table = () => page.locator('#tables table[role=table]')
const hasFocus = async (element: Locator) => (await element.and(page.locator(':focus')).count()) === 1
const scrolled = () => page.evaluate<number>('window.scrollY')
const focusIsOn = (element: Locator) => until(() => hasFocus(element), Boolean)

/** Tab until the focus is on it; whoever can't get there by Tab alone can't get there. */
async function tabTo(element: Locator): Promise<void> {
  await element.waitFor()
  for (let stops = 0; stops < 300; stops++) {
    if (await hasFocus(element)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not come to ${element}`)
}

/** And waits until its scripts, which take over its links and buttons, have come. */
async function open(path: string): Promise<void> {
  await page.goto(`${system.url}${path}`)
  await page.waitForLoadState('networkidle')
}

test('by keyboard alone a filter is chosen and taken away, and the place on the page stays', async () => {
  await open(`/studio/${videoId}/views?by=country`)
  const germany = table().getByRole('link', { name: 'Germany' })
  await tabTo(germany)
  const before = await scrolled()
  await page.keyboard.press('Enter')
  await page.waitForURL(/country=DE/)
  const chip = page.getByRole('link', { name: 'Remove the filter Country: Germany' })
  await chip.waitFor()
  await focusIsOn(germany)
  // A line of chips came above; the page did not jump to its top.
  expect(await scrolled()).toBeGreaterThanOrEqual(before)
  await tabTo(chip)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.searchParams.has('country'))
  await focusIsOn(page.getByRole('group', { name: 'Filters' }))
  await page.keyboard.press('Tab')
  await focusIsOn(page.getByRole('link', { name: '24 hours' }))
})

test('in a narrow window the head of a table is heard but no stop, for a list sorts there', async () => {
  await page.setViewportSize({ width: 360, height: 800 })
  await open(`/studio/${videoId}/views`)
  await table().getByRole('columnheader', { name: 'Loads', exact: true }).waitFor()
  expect(await table().locator('thead').getByRole('button').count()).toBe(0)
  const order = page.getByLabel('Sort by')
  await tabTo(order)
  await order.selectOption('value')
  await until(
    () => table().locator('tbody th[role=rowheader] .name > a').allInnerTexts(),
    ([first]) => first === 'blog.example',
  )
  await page.setViewportSize({ width: 1280, height: 800 })
})

test('dialogs and explanations open, keep the focus within, close at Escape and give it back', async () => {
  await open(`/studio/${videoId}/views`)
  for (const name of ['Export', 'Share']) {
    const button = page.getByRole('button', { name, exact: true })
    await tabTo(button)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Close' }).waitFor()
    for (let stops = 0; stops < 60; stops++) {
      await page.keyboard.press('Tab')
      expect(await page.locator('body :focus:not(dialog *)').count()).toBe(0)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await focusIsOn(button)
  }
  const about = page.getByRole('button', { name: 'What “Views” means' })
  await tabTo(about)
  await page.keyboard.press('Enter')
  await page.getByText('Plays with 10 seconds watched').first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('Plays with 10 seconds watched').first().waitFor({ state: 'hidden' })
  await focusIsOn(about)
})

test('a key is made and revoked by keyboard, and the focus never falls out of the page', async () => {
  await open('/settings/keys')
  await tabTo(page.getByLabel('What is the key for?'))
  await page.keyboard.type('Report')
  await page.keyboard.press('Enter')
  await focusIsOn(page.getByRole('heading', { name: 'Copy your key now' }))
  await tabTo(page.getByRole('button', { name: 'I have copied it' }))
  await page.keyboard.press('Enter')
  const yours = page.getByRole('heading', { name: 'Your keys' })
  await focusIsOn(yours)
  await tabTo(page.getByRole('button', { name: 'Revoke: Report' }))
  await page.keyboard.press('Enter')
  await tabTo(page.getByRole('button', { name: 'Revoke the key' }))
  await page.keyboard.press('Enter')
  await page.getByText('“Report” was revoked.').waitFor()
  await focusIsOn(yours)
})

test.each([
  ['Views Details', () => `/studio/${videoId}/views`],
  ['notifications', () => '/notifications'],
  ['alerts', () => '/settings/alerts'],
  ['keys', () => '/settings/keys'],
])('on the page of %s everything that can be used has a name', async (_, path) => {
  await open(path())
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const used = nodes.filter(({ ignored, role }) => !ignored && named.has(role?.value))
  expect(used.length).toBeGreaterThan(5)
  expect(used.filter(({ name }) => !name?.value?.trim()).map(({ role }) => role?.value)).toEqual([])
})

const named = new Set<unknown>([
  ...['button', 'link', 'textbox', 'searchbox', 'checkbox', 'combobox', 'slider', 'radio', 'DisclosureTriangle'],
  ...['image', 'table', 'dialog', 'region', 'navigation', 'columnheader', 'rowheader'],
])
