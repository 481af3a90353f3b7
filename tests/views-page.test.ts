import { createClient } from '@clickhouse/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ShareLink } from '#contract/share-links.ts'
import type { EmbedPolicyAnswer } from '#contract/site-rules.ts'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, watched } from '#support/plays.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { findRunning } from '../infra/running-note.ts'

let system: TestSystem
let browser: Browser
let owner: Person
let page: Page
let videoId: string

const sites = 70

beforeAll(async () => {
  system = await startTestSystem()
  owner = await signUp(system.url)
  videoId = await draft('A walk')
  await storeAll()
  browser = await startBrowser()
  page = await openPageOf(owner, browser)
})

afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

async function draft(title: string): Promise<string> {
  const answer = await owner.send('POST', '/api/videos/drafts', { title })
  return ((await answer.json()) as { id: string }).id
}

/** Site number n has n plays; every second play is from Germany, the others from nowhere known; one is the owner's own. */
async function storeAll() {
  const tokens = Array.from({ length: sites }, (_, index) => index + 1).flatMap((number) =>
    Array.from({ length: number }, (_, play) => {
      const site = `site-${String(number).padStart(2, '0')}.example`
      return { videoId, site, page: `https://${site}/page`, country: play % 2 === 0 ? 'DE' : '' }
    }),
  )
  const own = playToken({ videoId, site: 'mine.example', isOwn: true, playId: '00000000000000aa' })
  const beacons = tokens.map((token) => ({ token: playToken(token), state: watched(30) }))
  await store([...beacons, { token: own, state: watched(5) }])
}

async function store(beacons: readonly SeenBeacon[]) {
  const running = await findRunning(system.dataFolder)
  const clickhouse = createClient({ url: running!.clickhouseUrl })
  await storePlays(clickhouse, beacons)
  await clickhouse.close()
}

const table = () => page.locator('#tables table[role=table]')
const rowNames = () => table().locator('tbody th[role=rowheader] .name > a').allInnerTexts()

async function openPage(query = '') {
  await page.goto(`${system.url}/studio/${videoId}/views${query}`)
  await table().waitFor()
}

test('all sites can be reached: sorted by the server, a page at a time, without a last one that nobody sees', async () => {
  await openPage()
  await until(rowNames, (names) => names.length === 50 && names[0] === 'site-70.example')
  await page.locator('#tables').getByRole('button', { name: 'Show more' }).click()
  await until(rowNames, (names) => names.length === sites && names.at(-1) === 'site-01.example')
  await table().getByRole('button', { name: 'Site', exact: true }).click()
  await until(rowNames, (names) => names[0] === 'site-01.example')
  await page.getByRole('searchbox').fill('TE-07')
  expect(await until(rowNames, (names) => names.length === 1)).toEqual(['site-07.example'])
})

test('a press on a value filters everything, stands in the address, and goes away again', async () => {
  await openPage('?by=country')
  await table().getByRole('link', { name: 'Germany' }).click()
  await page.waitForURL(/country=DE/)
  const german = Array.from({ length: sites }, (_, index) => Math.ceil((index + 1) / 2)).reduce((a, b) => a + b)
  const loads = page.locator('#funnel li').first().locator('b')
  await until(
    () => loads.textContent(),
    (text) => text === new Intl.NumberFormat('en').format(german),
  )
  await page.goBack()
  await page.waitForURL((url) => !url.search.includes('country='))
  await openPage('?country=DE&site=site-03.example')
  await page.getByRole('link', { name: 'Remove the filter Country: Germany' }).click()
  await page.waitForURL((url) => url.searchParams.get('site') === 'site-03.example' && !url.searchParams.has('country'))
  await until(
    () => loads.textContent(),
    (text) => text === '3',
  )
})

test('a search finds what stands on screen, not what is stored', async () => {
  await openPage('?by=country')
  await until(rowNames, (names) => names.length === 2)
  await page.getByRole('searchbox').fill('germ')
  expect(await until(rowNames, (names) => names.length === 1)).toEqual(['Germany'])
})

test('a choice made while the one before is still loading keeps that one', async () => {
  await openPage()
  const second = Promise.withResolvers<void>()
  await page.route(/\/views\?fromMs=/, async (route) => {
    await second.promise
    await route.continue()
  })
  await page.getByRole('link', { name: '7 days' }).click()
  await page.getByRole('link', { name: 'Everything' }).click()
  second.resolve()
  await page.waitForURL((url) => url.search === '?period=week&counting=raw')
  await page.unrouteAll()
  await page.getByRole('heading', { name: 'In this order in this period' }).waitFor()
})

test('what is not counted tells why, appears where everything is shown, and a single play is explained', async () => {
  await openPage()
  await page.getByText('and 1 play not counted: why?').click()
  await page.locator('#trust').getByText('Your own plays', { exact: true }).waitFor()
  await page.getByLabel('Play id').fill('00000000000000AA')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByText('This play is kept but does not count:').waitFor()
  await page.getByLabel('Play id').fill('nonsense')
  await page.getByRole('button', { name: 'Explain' }).click()
  await page.getByText('A play id has 16 characters, 0–9 and a–f.').waitFor()
  await openPage('?counting=raw&site=mine.example')
  expect(await until(rowNames, (names) => names.length > 0)).toEqual(['mine.example'])
})

test('an opened site shows its pages, and a rule chosen there is kept', async () => {
  await openPage('?site=site-05.example')
  await page.getByRole('button', { name: 'Open site-05.example' }).click()
  await page.getByRole('table', { name: 'Pages of site-05.example' }).getByRole('link', { name: '/page' }).waitFor()
  await page.getByLabel('Rule for site-05.example').selectOption('block')
  await until(
    async () => (await (await owner.request(`/api/videos/${videoId}/embed-policy`)).json()) as EmbedPolicyAnswer,
    ({ policy }) => policy.sites.some(({ site, action }) => site === 'site-05.example' && action === 'block'),
  )
})

test('a shared link opens to anybody, shows what was fixed and offers nothing to change', async () => {
  const answer = await owner.send('POST', `/api/videos/${videoId}/share-links`, {
    name: 'Press',
    filter: { site: 'site-04.example' },
  })
  const link = (await answer.json()) as ShareLink
  const stranger = await (await newVisitor(browser)).newPage()
  await stranger.goto(`${system.url}${new URL(link.url).pathname}`)
  await stranger.getByText('Shared by Ada, to look at only.').waitFor()
  expect(await stranger.locator('#funnel li').first().locator('b').textContent()).toBe('4')
  await stranger.getByText('Site: site-04.example').waitFor()
  await stranger.goto(`${system.url}${new URL(link.url).pathname}?site=site-05.example&country=DE`)
  await stranger.getByRole('link', { name: 'Remove the filter Country: Germany' }).waitFor()
  expect(await stranger.getByText('Site: site-05.example').count()).toBe(0)
  await stranger.goto(`${system.url}${new URL(link.url).pathname}`)
  for (const name of ['Export', 'Share', 'Explain'])
    expect(await stranger.getByRole('button', { name }).count()).toBe(0)
  expect(await stranger.locator('#policy').count()).toBe(0)
  await stranger.context().close()
})

test('all videos of a person stand together, told apart by title', async () => {
  await page.goto(`${system.url}/studio/views`)
  await page.getByRole('heading', { level: 1, name: 'All my videos' }).waitFor()
  await table().getByRole('link', { name: 'A walk' }).click()
  await page.waitForURL(new RegExp(`/studio/${videoId}/views`))
})

test('a video that nobody opened shows the codes to copy', async () => {
  const empty = await draft('Fresh')
  await page.goto(`${system.url}/studio/${empty}/views`)
  await page.getByText('Nobody has opened this video yet').waitFor()
  await until(
    () => page.getByRole('textbox', { name: 'Put it on your page' }).inputValue(),
    (code) => code.includes(`/embed/${empty}`) && code.includes('referrerpolicy="no-referrer-when-downgrade"'),
  )
})

test('tables of an open page follow what happens, also the last thing that does', async () => {
  videoId = await draft('Followed')
  const play = (site: string) => ({ token: playToken({ videoId, site }), state: watched(12) })
  await store([play('first.example')])
  await openPage()
  await until(rowNames, (names) => names.length === 1)
  await store([play('second.example')])
  await until(rowNames, (names) => names.length === 2)
  await store([play('third.example')])
  expect((await until(rowNames, (names) => names.length === 3)).sort()).toEqual([
    'first.example',
    'second.example',
    'third.example',
  ])
})

test('a page that stays open reaches back from the present hour', async () => {
  const other = await page.context().newPage()
  await other.clock.install()
  const isFollowing = other.waitForRequest((request) => request.url().includes(`/${videoId}/views/live`))
  await other.goto(`${system.url}/studio/${videoId}/views?period=day`)
  await isFollowing
  const asked = other.waitForRequest((request) => request.url().includes(`/api/videos/${videoId}/views?`))
  await other.clock.fastForward('01:00:30')
  const fromMs = Number(new URL((await asked).url()).searchParams.get('fromMs'))
  expect(fromMs).toBeGreaterThan(Date.now() - 24 * 3_600_000 + 3_600_000 - 1)
  await other.close()
})
