import type { Page, Route } from 'playwright-core'

export interface HeldRequests {
  asked: Promise<void>
  letGo(): Promise<void>
}

/** Holds back what the page asks until it is let go. */
export async function holdRequests(page: Page, path: string, method: string): Promise<HeldRequests> {
  const held: Route[] = []
  let isHeld = true
  let onAsked = () => {}
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve
  })
  await page.route(path, async (route) => {
    if (!isHeld || route.request().method() !== method) return route.continue()
    held.push(route)
    onAsked()
  })
  return {
    asked,
    async letGo() {
      isHeld = false
      await Promise.all(held.map((route) => route.continue()))
    },
  }
}
