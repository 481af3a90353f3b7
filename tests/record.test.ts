import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page as ListPage, VideoCard } from '#contract/video.ts'
import { openPageOf, startBrowser } from '#support/browser.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { startWatching } from '#support/viewer.ts'

let system: TestSystem
let owner: Person
let browser: Browser

beforeAll(async () => {
  system = await startTestSystem()
  owner = await signUp(system.url)
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

async function openRecorder(): Promise<Page> {
  const page = await openPageOf(owner, browser)
  // The buttons work once the page's scripts have come.
  await page.goto(`${system.url}/record`, { waitUntil: 'networkidle' })
  return page
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function newestVideo(): Promise<VideoCard | undefined> {
  return ((await (await owner.request('/api/videos?mine=1')).json()) as ListPage<VideoCard>).items[0]
}

/** Lets the clock of the recorder run; the time that passes is the thing that is tested. */
async function record(page: Page, seconds: number): Promise<void> {
  const startedAt = performance.now()
  await until(
    async () => performance.now() - startedAt,
    (passedMs) => passedMs >= seconds * 1000,
  )
  await button(page, 'Stop').click()
  await page.getByRole('heading', { name: 'Recorded' }).waitFor()
}

describe.each([
  ['Camera', 'Open the camera'],
  ['Screen', 'Choose a screen'],
])('a recording of the %s', (source, open) => {
  test('has its link before the first frame, travels while it runs, and is published like any other video', async () => {
    const page = await openRecorder()
    await page.getByText(source, { exact: true }).first().click()
    await button(page, open).click()
    await button(page, 'Record').click()
    const draft = await until(newestVideo, (video) => video?.status === 'uploading')
    await until(
      () => page.locator('input[readonly]').first().inputValue(),
      (link) => link === `${system.url}/watch/${draft!.id}`,
    )
    await button(page, 'Stop').waitFor()
    await page.getByText('safe on the server').waitFor()
    await record(page, 4)

    const video = await until(
      () => owner.video(draft!.id),
      ({ status }) => status === 'ready' || status === 'failed',
    )
    expect(video).toMatchObject({ status: 'ready', failure: null, visibility: 'unlisted' })
    expect(video.durationMs).toBeGreaterThan(2_500)
    expect(video.durationMs).toBeLessThan(20_000)

    await button(page, 'Publish').click()
    await page.waitForURL(`**/watch/${video.id}`)
    const watching = await startWatching(page.context(), `${system.url}/watch/${video.id}`)
    await until(watching.position, (seconds) => seconds > 2)
    await page.context().close()
  })
})
