import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's Chromium with a fresh profile; `*.example` is this machine, autoplay is allowed, camera and screen are made up. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: launchArguments })
}

const launchArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--host-resolver-rules=MAP *.example 127.0.0.1',
]

/** The headless engine's name alone would mark every play as a bot's; this is what the same browser says with a window. */
export async function newVisitor(browser: Browser, options: { locale?: string } = {}): Promise<BrowserContext> {
  const userAgent = (await plainUserAgent(browser)).replace('HeadlessChrome', 'Chrome')
  return browser.newContext({ userAgent, locale: options.locale ?? 'en-US', viewport: { width: 1280, height: 800 } })
}

async function plainUserAgent(browser: Browser): Promise<string> {
  const page: Page = await browser.newPage()
  try {
    return await page.evaluate(() => navigator.userAgent)
  } finally {
    await page.close()
  }
}
