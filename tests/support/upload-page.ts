import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { newVisitor, startBrowser } from './browser.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { type Person, signUp } from './person.ts'
import { siteBuild } from './site-build.ts'
import { until } from './until.ts'
import { sha256, startUploadApi, type UploadApi } from './upload-api.ts'

export interface Film {
  path: string
  name: string
  hash: string
}

/** The page for sending, open in the browser of somebody new, over a line that goes wrong as it is told. */
export class UploadPage {
  api!: UploadApi
  line!: FaultProxy
  person!: Person
  context!: BrowserContext
  page!: Page
  /** What is said to the page's questions. */
  answersYes = true
  /** Those that it has asked. */
  questions: string[] = []
  readonly #quotaMb: number
  #folder!: string
  #browser!: Browser
  #films = 0

  constructor(quotaMb: number) {
    this.#quotaMb = quotaMb
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'upload-page-'))
    this.api = await startUploadApi({ SITE_BUILD: siteBuild, QUOTA_BYTES: String(this.#quotaMb * 1_000_000) })
    this.line = await startFaultProxy(this.api.port)
    this.#browser = await startBrowser()
  }

  async stop(): Promise<void> {
    await this.#browser?.close()
    await this.line?.stop()
    await this.api?.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async signIn(): Promise<void> {
    this.line.faults = {}
    this.answersYes = true
    this.questions = []
    this.person = await signUp(this.#url)
    this.context = await newVisitor(this.#browser)
    await this.person.signIn(this.context)
    await this.open()
  }

  /** In a new tab, which is `page` from now on. */
  async open(): Promise<void> {
    this.page = await this.context.newPage()
    this.page.on('dialog', (dialog) => {
      this.questions.push(dialog.message())
      return this.answersYes ? dialog.accept() : dialog.dismiss()
    })
    await this.page.goto(`${this.#url}/upload`)
    // Asked by its scripts: from now on it hears what is done to it.
    await this.page.getByText(`of ${this.#quotaMb} MB used`).waitFor()
  }

  async makeFilm(bytes: number, ending = 'mp4'): Promise<Film> {
    const content = randomBytes(bytes)
    const name = `film-${++this.#films}.${ending}`
    const path = join(this.#folder, name)
    await writeFile(path, content)
    return { path, name, hash: sha256(content) }
  }

  async choose(...films: Film[]): Promise<void> {
    const paths = films.map(({ path }) => path)
    await this.page.locator('input[type=file]').first().setInputFiles(paths)
  }

  /** The first button of that name: of all files, or of the only one. */
  async press(name: 'Pause' | 'Resume'): Promise<void> {
    await this.page
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .first()
      .click()
  }

  row({ name }: Film): Locator {
    return this.page.getByRole('article', { name })
  }

  /** One video of that name with those bytes. */
  async arrived({ name, hash }: Film): Promise<void> {
    const videos = await until(
      async () => (await this.api.videos()).filter((video) => video.source_name === name && video.source_key !== null),
      (found) => found.length > 0,
      60_000,
    )
    expect(videos).toHaveLength(1)
    expect(await this.api.storedHash(videos[0]!)).toBe(hash)
  }

  get #url(): string {
    return `http://localhost:${this.line.port}`
  }
}

export function useUploadPage({ quotaMb }: { quotaMb: number }): UploadPage {
  const sending = new UploadPage(quotaMb)
  beforeAll(() => sending.start())
  afterAll(() => sending.stop())
  beforeEach(() => sending.signIn())
  afterEach(() => sending.context?.close())
  return sending
}
