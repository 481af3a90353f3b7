import type { BrowserContext, Frame, Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { playerFrame, stateIs, usePlayerPage } from '#support/player-page.ts'
import { type TestSite, videoId } from '#support/player-site.ts'
import { until } from '#support/until.ts'
import { openPolicy } from './judge-policy.ts'

let site: TestSite
let context: BrowserContext
let page: Page
usePlayerPage((fresh) => {
  ;({ site, context, page } = fresh)
})

const blocking = (...sites: string[]): EmbedPolicy => ({
  mode: 'open',
  sites: sites.map((name) => ({ site: name, action: 'block' })),
})
const allowing = (...sites: string[]): EmbedPolicy => ({
  mode: 'allow-list',
  sites: sites.map((name) => ({ site: name, action: 'allow' })),
})

/** Opens a page of another site with the player in it. */
async function visit(host: string, { query = '', attributes = '' } = {}): Promise<Frame> {
  const body = `<iframe src="${site.origin}/embed/${videoId}${query}" width="640" height="360" allow="autoplay" ${attributes}></iframe>`
  site.pages.set(`${host}/post`, `<!doctype html><title>A page</title>${body}`)
  await page.goto(`http://${host}:${site.port}/post`)
  return embedFrame()
}

const embedFrame = () => playerFrame(page)

const position = (frame: Frame) => frame.evaluate<number>("document.querySelector('video').currentTime")
const plays = (frame: Frame) =>
  until(
    () => position(frame),
    (seconds) => seconds > 0.2,
    20_000,
  )
const mediaWasAsked = () => site.requests.some(({ path }) => path.startsWith('/media/'))

async function pressPlay(frame: Frame): Promise<void> {
  await stateIs(frame, 'poster')
  await frame.click('.play')
  await plays(frame)
}

/** The sentence and the way out are there, and nothing that plays or counts. */
async function isRefused(frame: Frame, sentence: RegExp): Promise<void> {
  const notice = frame.locator('.notice', { hasText: sentence })
  await notice.waitFor()
  expect(await notice.locator('a').getAttribute('href')).toBe(`${site.origin}/watch/${videoId}`)
  expect(await frame.locator('video').count()).toBe(0)
  expect(mediaWasAsked()).toBe(false)
  expect(site.beacons).toEqual([])
}

test('a blocked site shows one sentence and the way to our site; another one plays', async () => {
  site.policy = blocking('bad.example')
  await isRefused(await visit('bad.example'), /does not let it play on bad\.example/)
  await isRefused(await visit('www.bad.example'), /bad\.example/)
  expect(site.refusals).toEqual(['bad.example', 'bad.example'])
  await pressPlay(await visit('good.example'))
  const beacon = await vi.waitUntil(() => site.beacons.find(({ state }) => state.started === 'person'), 10_000)
  expect(beacon.play).toMatchObject({ site: 'good.example', grade: 'attested' })
})

test('a blocked site that hides itself is named by the browser, and refused', async () => {
  site.policy = blocking('bad.example')
  await isRefused(await visit('bad.example', { attributes: 'referrerpolicy="no-referrer"' }), /bad\.example/)
  expect(site.refusals).toEqual(['bad.example'])
})

test('a blocked site can’t play through a page that is not blocked', async () => {
  site.policy = blocking('bad.example')
  const inner = `<iframe src="${site.origin}/embed/${videoId}" width="600" height="300"></iframe>`
  site.pages.set('good.example/inner', `<!doctype html>${inner}`)
  site.pages.set('bad.example/post', `<!doctype html><iframe src="http://good.example:${site.port}/inner"></iframe>`)
  await page.goto(`http://bad.example:${site.port}/post`)
  await isRefused(await embedFrame(), /bad\.example/)
})

test('a rule that is lifted, or made, holds for the next document', async () => {
  site.policy = blocking('bad.example')
  await isRefused(await visit('bad.example'), /bad\.example/)
  site.policy = openPolicy
  await pressPlay(await visit('bad.example'))
})

test('an allow-list plays on its sites, also where they hide their pages, and nowhere else', async () => {
  site.policy = allowing('good.example')
  await pressPlay(await visit('sub.good.example'))
  await pressPlay(await visit('good.example', { attributes: 'referrerpolicy="no-referrer"' }))
  site.requests.length = 0
  site.beacons.length = 0
  site.sinceMs = Date.now()
  await isRefused(await visit('new.example'), /new\.example/)
  await isRefused(await visit('new.example', { attributes: 'referrerpolicy="no-referrer"' }), /new\.example/)
})

test('browsers themselves keep a player of an allow-list out of frames of other sites', async () => {
  site.policy = allowing('good.example')
  // The page around names itself good, and stands in one that is not on the list.
  site.pages.set('good.example/inner', `<!doctype html><iframe src="${site.origin}/embed/${videoId}"></iframe>`)
  site.pages.set('new.example/post', `<!doctype html><iframe src="http://good.example:${site.port}/inner"></iframe>`)
  const refusal = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
  await page.goto(`http://new.example:${site.port}/post`)
  await refusal
  expect(mediaWasAsked()).toBe(false)
})

test('our own site always plays', async () => {
  site.policy = allowing()
  site.pages.set('localhost/watch/x', `<!doctype html><iframe src="/embed/${videoId}"></iframe>`)
  await page.goto(`${site.origin}/watch/x`)
  await pressPlay(await embedFrame())
})

test('click-to-play ignores autoplay until somebody presses', async () => {
  site.policy = { mode: 'open', sites: [{ site: 'loud.example', action: 'click-to-play' }] }
  const hushed = await visit('loud.example', { query: '?autoplay=1&muted=1' })
  await stateIs(hushed, 'poster')
  const beacon = await vi.waitUntil(() => site.beacons.find(({ state }) => state.visible), 10_000)
  expect(beacon.state.started).toBe('no')
  expect(mediaWasAsked()).toBe(false)
  await pressPlay(hushed)
  const free = await visit('good.example', { query: '?autoplay=1&muted=1' })
  await plays(free)
})

test('a player leaves no cookie and nothing in the storage, where it could', async () => {
  site.pages.set('localhost/watch/y', `<!doctype html><iframe src="/embed/${videoId}"></iframe>`)
  await page.goto(`${site.origin}/watch/y`)
  const frame = await embedFrame()
  await pressPlay(frame)
  expect(await context.cookies()).toEqual([])
  const { origins } = await context.storageState({ indexedDB: true })
  expect(origins).toEqual([])
  const session = 'Promise.all([sessionStorage.length, caches.keys().then((names) => names.length)])'
  expect(await frame.evaluate<[number, number]>(session)).toEqual([0, 0])
})
