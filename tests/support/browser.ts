import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { freePort } from '../../infra/free-port.ts'
import { until } from './until.ts'

/** Debian's Chromium with a fresh profile; `*.example` is this machine, autoplay is allowed, camera and screen are made up. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: launchArguments })
}

const plainArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP *.example 127.0.0.1',
]

const launchArguments = [
  ...plainArguments,
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
]

/** Told by the browser itself and so by every frame of it; the headless engine's own name would mark every play as a bot's. */
const windowedUserAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36'

export interface EverydayBrowser {
  browser: Browser
  /** A tab in a window of its own, which can really be put away. */
  openWindow(): Promise<WindowPage>
  stop(): Promise<void>
}

export interface WindowPage {
  page: Page
  /** Whether the window is put away, so that its tab is hidden, or is on the desk. */
  putAway(isAway: boolean): Promise<void>
}

/**
 * Chromium as people have it: autoplay with sound is forbidden, pages that are left stay in the back/forward cache. Every
 * page that Playwright makes believes it is shown and has the focus; those of `openWindow` know what is true.
 */
export async function startEverydayBrowser(): Promise<EverydayBrowser> {
  const port = await freePort()
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...plainArguments, `--remote-debugging-port=${port}`, `--user-agent=${windowedUserAgent}`],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  const plain = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true })
  const [context] = plain.contexts()
  const browserSession = await plain.newBrowserCDPSession()

  async function openWindow(): Promise<WindowPage> {
    const { targetId } = await browserSession.send('Target.createTarget', { url: 'about:blank', newWindow: true })
    const page = await until(() => pageOf(context!, targetId), Boolean)
    const { windowId } = await browserSession.send('Browser.getWindowForTarget', { targetId })
    return {
      page: page!,
      async putAway(isAway) {
        const windowState = isAway ? 'minimized' : 'normal'
        await browserSession.send('Browser.setWindowBounds', { windowId, bounds: { windowState } })
        await until(
          () => page!.evaluate<boolean>('document.hidden'),
          (isHidden) => isHidden === isAway,
        )
      },
    }
  }

  return {
    browser,
    openWindow,
    async stop() {
      await plain.close()
      await browser.close()
    },
  }
}

async function pageOf(context: BrowserContext, targetId: string): Promise<Page | undefined> {
  for (const page of context.pages()) {
    const session = await context.newCDPSession(page)
    const { targetInfo } = await session.send('Target.getTargetInfo')
    await session.detach()
    if (targetInfo.targetId === targetId) return page
  }
  return undefined
}

/** The headless engine's name alone would mark every play as a bot's; this is what the same browser says with a window. */
export async function newVisitor(browser: Browser, options: { locale?: string } = {}): Promise<BrowserContext> {
  const userAgent = (await plainUserAgent(browser)).replace('HeadlessChrome', 'Chrome')
  return browser.newContext({ userAgent, locale: options.locale ?? 'en-US', viewport: { width: 1280, height: 800 } })
}

/** A tab of somebody who is signed in, in a browser of his own. */
export async function openPageOf(
  person: { signIn(context: BrowserContext): Promise<void> },
  browser: Browser,
): Promise<Page> {
  const context = await newVisitor(browser)
  await person.signIn(context)
  return context.newPage()
}

async function plainUserAgent(browser: Browser): Promise<string> {
  const page: Page = await browser.newPage()
  try {
    return await page.evaluate(() => navigator.userAgent)
  } finally {
    await page.close()
  }
}
