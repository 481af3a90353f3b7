import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Video } from '#contract/video.ts'
import { newVisitor, startBrowser } from '#support/browser.ts'
import { type DatabaseLine, startDatabaseLine } from '#support/fault-proxy.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { type S3FaultLine, spoilS3 } from '#support/s3-faults.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'
import { askVideo, watchFrom } from '#support/watch-closely.ts'

let postgres: Awaited<ReturnType<typeof startTestPostgres>>
let database: DatabaseLine
let s3: TestS3
let bucket: S3FaultLine
let system: TestSystem
let browser: Browser
let ada: Person
let video: Video

beforeAll(async () => {
  ;[postgres, s3, browser] = await Promise.all([startTestPostgres(), startS3(), startBrowser()])
  database = await startDatabaseLine(postgres.url)
  bucket = spoilS3(s3)
  system = await startTestSystem({ DATABASE_URL: database.url, STORAGE_URL: s3.url })
  ada = await signUp(system.url)
  // Longer than what a player keeps ahead, so that it has to ask for more in the middle of any outage.
  const clip = { seconds: 100, width: 320, height: 180, framesPerSecond: 12 }
  const { id } = await uploadClip(ada, { folder: system.dataFolder, name: 'long.mp4' }, clip, { visibility: 'public' })
  video = await until(
    () => ada.video(id),
    ({ status }) => status === 'ready',
    120_000,
  )
})
afterAll(async () => {
  database.faults = {}
  bucket.fault = null
  await browser?.close()
  await system?.stop()
  await database?.stop()
  await Promise.all([postgres?.stop(), s3?.stop()])
})

let page: Page
beforeEach(async () => {
  const context = await newVisitor(browser)
  page = await context.newPage()
  return async () => {
    mendDatabase()
    bucket.fault = null
    await context.close()
  }
})

function breakDatabase(): void {
  database.faults = { cutAfterBytes: 1, cut: 'reset' }
  database.cutAll('reset')
}

function mendDatabase(): void {
  database.faults = {}
  database.cutAll('reset')
}

/** Plays three times as fast as people do, so that what lies ahead is used up soon. */
async function startWatching(): Promise<void> {
  await page.goto(`${system.url}/embed/${video.id}?autoplay=1&muted=1`)
  await watchFrom(page, 1)
  await askVideo(page, (element) => {
    element.playbackRate = 3
  })
}

const position = () => askVideo(page, ({ currentTime }) => currentTime)
const bufferedTo = () => askVideo(page, ({ buffered }) => (buffered.length > 0 ? buffered.end(buffered.length - 1) : 0))

async function isWatchedToItsEnd(): Promise<void> {
  await page.waitForSelector('.stage[data-state="ended"]', { timeout: 180_000 })
  const { positions, events } = await askVideo(page, (element) => element.watched)
  // Nothing was begun anew, skipped or shown twice.
  expect(events).toEqual(['ended'])
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(positions.at(-1)).toBeGreaterThan(99)
  expect(await page.isHidden('.notice')).toBe(true)
}

test('a video that is being watched plays on to its end while the database is away, without a word about it', async () => {
  await startWatching()
  breakDatabase()
  const aheadS = await bufferedTo()
  expect(aheadS).toBeLessThan(90)
  await until(position, (seconds) => seconds > aheadS + 5)
  expect((await fetch(`${system.url}/api/videos/${video.id}`)).status).toBe(503)
  await isWatchedToItsEnd()
  mendDatabase()
})

test.each([
  ['embed', 'The video site is busy. This page tries again by itself.', '.stage[data-state="poster"]'],
  ['watch', 'The site is busy', 'iframe[src*="/embed/"]'],
])(
  'who opens a page of /%s while the database is away reads so, and gets the video by itself afterwards',
  async (path, sentence, shown) => {
    breakDatabase()
    const answer = await page.goto(`${system.url}/${path}/${video.id}`)
    expect(answer!.status()).toBe(503)
    expect(await page.textContent('body')).toContain(sentence)
    expect(await page.textContent('body')).toContain('by itself')
    mendDatabase()
    await page.waitForSelector(shown, { timeout: 60_000 })
  },
)

test('when the bucket answers 503 in the middle, the viewer reads that it is tried again, and it goes on where it was', async () => {
  await startWatching()
  bucket.fault = { how: '503', when: ({ method, url = '' }) => method === 'GET' && url.includes('.m4s') }
  await page.waitForSelector('.notice:not([hidden])', { timeout: 120_000 })
  expect(await page.textContent('.notice')).toContain('Trying again by itself')
  expect(bucket.spoilt).toBeGreaterThan(0)
  bucket.fault = null
  await isWatchedToItsEnd()
})
