import type { BrowserContext, Frame, Page } from 'playwright-core'
import { until } from './until.ts'

export interface Watching {
  page: Page
  /** The player's own frame. */
  frame: Frame
  /** Position of the media clock in seconds. */
  position(): Promise<number>
  /** Leaves by closing the tab, as people do; resolves with the seconds that the media clock had reached. */
  leave(): Promise<number>
}

/** Opens a page with one embedded player and presses play, as a person would. */
export async function startWatching(context: BrowserContext, pageUrl: string): Promise<Watching> {
  const page = await context.newPage()
  await page.goto(pageUrl)
  return pressPlay(page)
}

/** The same on a page that is open already. */
export async function pressPlay(page: Page): Promise<Watching> {
  const frame = await playerFrame(page)
  await frame.locator('.play').first().click()
  const watching = watchingIn(page, frame)
  await until(watching.position, (seconds) => seconds > 0.2)
  return watching
}

/** A player that somebody else, or nobody, started. */
export function watchingIn(page: Page, frame: Frame): Watching {
  const position = () => frame.evaluate<number>("document.querySelector('video')?.currentTime ?? 0")
  return {
    page,
    frame,
    position,
    async leave() {
      const seconds = await position()
      await closeTab(page)
      return seconds
    },
  }
}

/** A tab that is closed by a person runs its last handlers; without this the browser would drop it like a crash. */
export async function closeTab(page: Page): Promise<void> {
  const closed = page.waitForEvent('close')
  await page.close({ runBeforeUnload: true })
  await closed
}

export async function playerFrame(page: Page): Promise<Frame> {
  const frame = await until(
    async () => page.frames().find((one) => one.url().includes('/embed/')),
    (one) => one !== undefined,
  )
  return frame!
}

/** Watches until the media clock stands at a position. */
export async function watchUntil(watching: Watching, seconds: number): Promise<void> {
  await until(watching.position, (now) => now >= seconds, 90_000)
}
