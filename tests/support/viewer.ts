import type { BrowserContext, Frame, Page } from 'playwright-core'
import { until } from './until.ts'

export interface Watching {
  page: Page
  /** Position of the media clock in seconds. */
  position(): Promise<number>
  /** Leaves by closing the tab, as people do; resolves with the seconds that the media clock had reached. */
  leave(): Promise<number>
}

/** Opens a page with one embedded player and presses play, as a person would. */
export async function startWatching(context: BrowserContext, pageUrl: string): Promise<Watching> {
  const page = await context.newPage()
  await page.goto(pageUrl)
  const frame = await playerFrame(page)
  await frame.locator('.play').first().click()
  const position = () => frame.evaluate<number>("document.querySelector('video')?.currentTime ?? 0")
  await until(position, (seconds) => seconds > 0.2)
  return {
    page,
    position,
    async leave() {
      const seconds = await position()
      const closed = page.waitForEvent('close')
      // A tab that is closed by a person runs its last handlers; without this the browser would drop it like a crash.
      await page.close({ runBeforeUnload: true })
      await closed
      return seconds
    },
  }
}

async function playerFrame(page: Page): Promise<Frame> {
  return until(
    async () => page.frames().find((frame) => frame.url().includes('/embed/')),
    (frame) => frame !== undefined,
  ) as Promise<Frame>
}

/** Watches until the media clock stands at a position. */
export async function watchUntil(watching: Watching, seconds: number): Promise<void> {
  await until(watching.position, (now) => now >= seconds, 90_000)
}
