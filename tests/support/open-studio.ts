import type { Page } from 'playwright-core'

/** Goes to the studio's page of a video and waits until its scripts hear what is done to it. */
export async function openStudio(page: Page, siteUrl: string, videoId: string): Promise<void> {
  // Asked by the page itself, once it is alive.
  const isAlive = page.waitForRequest(`**/api/videos/${videoId}/captions`)
  await page.goto(`${siteUrl}/studio/${videoId}`)
  await isAlive
}
