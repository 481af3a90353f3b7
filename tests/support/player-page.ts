import type { Browser, BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { launchBrowser, resetSite, startTestSite, type TestSite } from './player-site.ts'

export interface PlayerPage {
  site: TestSite
  browser: Browser
  context: BrowserContext
  page: Page
}

/** For a whole test file: one site and one browser, and before each test the site as it began and a fresh page. */
export function usePlayerPage(take: (fresh: PlayerPage) => void): void {
  let site: TestSite
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    site = await startTestSite()
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    resetSite(site)
    context = await browser.newContext()
    take({ site, browser, context, page: await context.newPage() })
  })
  afterEach(() => context.close())
}

/** The player's frame, once its document is there. */
export async function playerFrame(page: Page): Promise<Frame> {
  const frame = await vi.waitUntil(() => page.frames().find((one) => one.url().includes('/embed/')), 10_000)
  await frame.waitForSelector('.stage', { state: 'attached' })
  return frame
}

export async function stateIs(frame: Frame, state: string): Promise<void> {
  await frame.waitForSelector(`.stage[data-state="${state}"]`)
}
