import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { openPageOf, startBrowser } from './browser.ts'
import { type Person, signUp } from './person.ts'
import { siteBuild } from './site-build.ts'
import { startUploadApi, type UploadApi } from './upload-api.ts'

export interface OwnerPages {
  api: UploadApi
  url: string
  /** Somebody new. */
  ada: Person
  /** A tab of hers. */
  page: Page
}

/** For a whole test file: one site without a worker, and before each test somebody new with a tab of her own. */
export function useOwnerPages(take: (fresh: OwnerPages) => void): void {
  let api: UploadApi
  let browser: Browser
  let page: Page | undefined

  beforeAll(async () => {
    ;[api, browser] = await Promise.all([
      startUploadApi({ SITE_BUILD: siteBuild, QUOTA_BYTES: '100000000' }),
      startBrowser(),
    ])
  })
  afterAll(async () => {
    await browser?.close()
    await api?.stop()
  })
  beforeEach(async () => {
    const url = `http://localhost:${api.port()}`
    const ada = await signUp(url)
    page = await openPageOf(ada, browser)
    page.setDefaultTimeout(30_000)
    take({ api, url, ada, page })
  })
  afterEach(() => page?.context().close())
}

export const film = (name = 'film.mp4') => ({ name, mimeType: 'video/mp4', buffer: Buffer.alloc(200_000, name) })

/** Sends that film as a form. */
export const uploadFilm = (person: Person, title: string) =>
  person.upload(new Blob([film().buffer]), 'film.mp4', { title })

export async function videosOf(person: Person): Promise<{ id: string; title: string }[]> {
  return ((await (await person.request('/api/videos?mine=1')).json()) as { items: [] }).items
}
