import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pictures } from '#contract/pictures.ts'
import { openPageOf, startBrowser } from '#support/browser.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'
import { playerFrame } from '#support/viewer.ts'
import { closeServer, listen } from '../services/program/listen.ts'

/** Another origin that fetches media from the site, like a CDN: what pages and players get must all come through it. */
let cdn: Server
let cdnUrl: string
let system: TestSystem
let browser: Browser
let ada: Person
let film: string
const fetched: string[] = []

beforeAll(async () => {
  cdn = createServer((request, response) => void passOn(request, response).catch(() => response.destroy()))
  cdnUrl = `http://127.0.0.1:${await listen(cdn, 0, '127.0.0.1')}/cdn`
  ;[system, browser] = await Promise.all([startTestSystem({ MEDIA_URL: `${cdnUrl}/` }), startBrowser()])
  ada = await signUp(system.url)
  const path = { folder: system.dataFolder, name: 'clip.mp4' }
  film = (await uploadClip(ada, path, { seconds: 12 }, { visibility: 'public' })).id
  await ada.send('PATCH', `/api/videos/${film}`, { downloads: 'everyone' })
  await ada.request(`/api/videos/${film}/captions/en`, { method: 'PUT', body: '00:00,0 --> 00:09,0\nFrom elsewhere' })
  await until(
    () => ada.video(film),
    (video) => video.status === 'ready' && video.download !== null,
    60_000,
  )
  await until(
    () => pictures(),
    ({ storyboardUrl }) => storyboardUrl !== null,
    60_000,
  )
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await system?.stop()
  if (cdn) await closeServer(cdn, 0)
})

async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url!.replace(/^\/cdn/, '/media')
  fetched.push(path)
  const range = request.headers.range
  const answer = await fetch(`http://127.0.0.1:${system.port}${path}`, { headers: range ? { range } : {} })
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  await pipeline(answer.body!, response)
}

const pictures = async () => (await (await ada.request(`/api/videos/${film}/pictures`)).json()) as Pictures

/** What browsers refuse is told in the console and nowhere else. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/content security policy|CORS|blocked/i.test(message.text())) complaints.push(message.text())
  })
  return complaints
}

test('with MEDIA_URL set, players and pages get every video, picture, caption and download through it', async () => {
  const ownMedia: string[] = []
  const page = await openPageOf(ada, browser)
  const complaints = complaintsOf(page)
  page.on('request', (request) => {
    if (request.url().startsWith(`${system.url}/media/`)) ownMedia.push(request.url())
  })

  await page.goto(`${system.url}/studio/${film}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await until(async () => fetched.some((path) => path.endsWith('.vtt')), Boolean)
  await until(async () => fetched.some((path) => path.endsWith('.jpg')), Boolean)

  await page.goto(`${system.url}/watch/${film}`)
  const frame = await playerFrame(page)
  await frame.locator('.play').first().click()
  await frame.waitForSelector('.stage[data-state="playing"]')
  await frame.locator('video').press('c')
  await frame.getByText('From elsewhere').waitFor()
  for (const name of ['master.m3u8', '.m4s', '.vtt']) expect(fetched.some((path) => path.endsWith(name))).toBe(true)

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Download \(/ }).click(),
  ])
  expect(file.url()).toMatch(`${cdnUrl}/`)
  expect(ownMedia).toEqual([])
  expect(complaints).toEqual([])
})

test('link previews and lists lead to it too', async () => {
  const about = await fetch(`${system.url}/oembed?url=${encodeURIComponent(`${system.url}/watch/${film}`)}`)
  const { thumbnail_url: picture } = (await about.json()) as { thumbnail_url: string }
  expect((await fetch(picture)).url).toMatch(`${cdnUrl}/`)
  const list = (await (await fetch(`${system.url}/api/videos`)).json()) as { items: { posterUrl: string }[] }
  expect(list.items.map(({ posterUrl }) => posterUrl.startsWith(`${cdnUrl}/`))).toEqual([true])
})

test('all who open a video within the hour have the same addresses, so that a CDN keeps one copy for them', async () => {
  const mediaUrlOf = async () =>
    /"mediaUrl":"([^"]+)"/.exec(await (await fetch(`${system.url}/embed/${film}`)).text())![1]!
  // An hour may end between two of them, but not between three.
  const addresses = [await mediaUrlOf(), await mediaUrlOf(), await mediaUrlOf()]
  expect(new Set(addresses).size).toBeLessThanOrEqual(2)
  expect(addresses[0]).toMatch(`${cdnUrl}/`)
  // It belongs to no play, so that nobody's play is told as delivered for what the CDN sent to others.
  const [, , payload] = addresses[0]!.slice(cdnUrl.length + 1).split('.')
  expect(JSON.parse(Buffer.from(payload!, 'base64url').toString())).toMatchObject({ playId: '' })
})
