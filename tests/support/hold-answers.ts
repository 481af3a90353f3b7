import type { Page, Route } from 'playwright-core'
import { until } from './until.ts'

export interface HeldAnswers {
  /** Resolves when the server has answered so many; fails where there are more. */
  answered(count: number): Promise<void>
  /** Gives the page the answers so far. */
  letGo(): Promise<void>
}

/** The server does what the page asks of it, but the page does not hear of that until its answers are let go. */
export async function holdAnswers(page: Page, path: string, method: string): Promise<HeldAnswers> {
  const held: (() => Promise<void>)[] = []
  let count = 0
  await page.route(path, async (route: Route) => {
    if (route.request().method() !== method) return route.continue()
    const response = await route.fetch()
    count++
    // Who no longer waits for it gets none.
    held.push(() => route.fulfill({ response }).catch(() => {}))
  })
  return {
    async answered(wanted) {
      const seen = await until(
        async () => count,
        (now) => now >= wanted,
      )
      if (seen !== wanted) throw new Error(`The page asked ${seen} times, not ${wanted}.`)
    },
    async letGo() {
      await Promise.all(held.splice(0).map((give) => give()))
    },
  }
}
