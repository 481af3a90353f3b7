import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaptionDocument } from '#contract/captions.ts'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { openStudio } from '#support/open-studio.ts'
import { type OtherSites, startOtherSites } from '#support/other-sites.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'

let system: TestSystem
let browser: Browser
let sites: OtherSites
let ada: Person
let film: string

beforeAll(async () => {
  ;[system, browser, sites] = await Promise.all([startTestSystem(), startBrowser(), startOtherSites()])
  ada = await signUp(system.url)
  film = (await uploadClip(ada, { folder: system.dataFolder, name: 'clip.mp4' }, { seconds: 12 })).id
})

afterAll(async () => {
  await browser?.close()
  await Promise.all([system?.stop(), sites?.stop()])
})

const hostile = `1
00:00:00,000 --> 00:00:06,000
<i>Hello</i> <img src=x onerror="document.title='broken'">

2
00:00:06,000 --> 00:00:11,000
<script>document.title='broken'</script><a[b]>
`

const captionsOf = async (language: string) =>
  (await (await ada.request(`/api/videos/${film}/captions/${language}`)).json()) as CaptionDocument

async function openPlayer(page: Page, query = ''): Promise<Frame> {
  const url = sites.publish(
    `blog.example/${query.length}`,
    `<iframe src="${system.url}/embed/${film}${query}" width="640" height="360" allow="autoplay"></iframe>`,
  )
  await page.goto(url)
  const frame = (await until(async () => page.frames().find((one) => one.url().includes('/embed/')), Boolean))!
  await frame.click('.play')
  await frame.waitForSelector('.stage[data-state="playing"]')
  return frame
}

const onlyBlog = { mode: 'allow-list', sites: [{ site: 'blog.example', action: 'allow' }] }

describe('captions', () => {
  test('are brought as a file, edited in the studio, and read in a player on another site, where hostile markup is text', async () => {
    const page = await openPageOf(ada, browser)
    const refused: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') refused.push(message.text())
    })
    await openStudio(page, system.url, film)
    const panel = page.getByRole('region', { name: 'Captions', exact: true })
    await panel.getByLabel('Language').selectOption('de')
    await panel.locator('input[type=file]').setInputFiles({
      name: 'film.srt',
      mimeType: 'application/x-subrip',
      buffer: Buffer.from(hostile),
    })
    await panel.getByText('German: 2 captions saved.').waitFor()
    await panel.getByLabel('Show by default').check()
    await until(
      () => captionsOf('de'),
      (track) => track.isDefault,
    )

    await panel.getByRole('button', { name: 'Edit captions: German' }).click()
    const first = page.getByRole('listitem', { name: 'Caption 1' })
    await first.getByLabel('Text').fill('Edited <b>here</b> <img src=x onerror="document.title=1">')
    await first.getByLabel('End', { exact: true }).fill('0:0:7.5')
    await first.getByLabel('End', { exact: true }).press('Enter')
    await page.getByText('Not saved yet.').waitFor()
    await first.getByRole('button', { name: 'Split at the cursor' }).click()
    await page.getByRole('listitem', { name: 'Caption 3' }).waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('listitem', { name: 'Caption 3' }).waitFor({ state: 'detached' })
    // Whoever leaves is asked first, and stays where he says so.
    const question = page.waitForEvent('dialog')
    const leaving = page.getByRole('link', { name: 'Studio' }).click()
    await (await question).dismiss()
    await leaving
    expect(page.url()).toContain(film)
    await first.getByLabel('Text').press('Control+s')
    await page.getByText('Saved.', { exact: true }).waitFor()
    const saved = await captionsOf('de')
    expect(saved.cues).toEqual([
      { startMs: 0, endMs: 7_500, text: 'Edited <b>here</b> <img src=x onerror="document.title=1">' },
      { startMs: 6_000, endMs: 11_000, text: `<script>document.title='broken'</script><a[b]>` },
    ])

    // Somebody else saves first; nothing is lost unheard.
    await ada.request(`/api/videos/${film}/captions/de`, {
      method: 'PUT',
      body: '00:00,0 --> 00:09,0\nFrom elsewhere',
      headers: { 'If-Match': saved.etag },
    })
    await first.getByLabel('Start', { exact: true }).press('ArrowUp')
    await page.getByRole('button', { name: 'Save', exact: true }).last().click()
    await page.getByText('changed elsewhere').waitFor()
    await page.getByRole('button', { name: 'Save mine over it' }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    expect((await captionsOf('de')).cues[0]).toMatchObject({ startMs: 100, endMs: 7_500 })
    expect(refused).toEqual([expect.stringContaining('412')])
    await page.context().close()

    await until(
      () => ada.video(film),
      ({ status }) => status === 'playable' || status === 'ready',
    )
    const visitor = await newVisitor(browser)
    const watching = await visitor.newPage()
    const frame = await openPlayer(watching)
    const words = frame.locator('.cues')
    await words.getByText('Edited here <img src=x onerror="document.title=1">').waitFor()
    expect(await words.locator('b').allTextContents()).toEqual(['here'])
    expect(await words.locator('img, script, a').count()).toBe(0)
    expect(await words.getAttribute('lang')).toBe('de')
    expect(await frame.title()).not.toMatch(/1|broken/)

    await frame.press('body', 'c')
    await until(
      () => words.textContent(),
      (text) => text?.trim() === '',
    )
    await frame.press('body', 'c')
    await words.getByText('Edited').waitFor()
    expect(await visitor.storageState()).toEqual({ cookies: [], origins: [] })
    await visitor.close()
  }, 120_000)

  test('come in the language that the address asks for, with a list of all of them, on a site that the owner allows too', async () => {
    await ada.request(`/api/videos/${film}/captions/zh-Hans`, { method: 'PUT', body: '00:00,0 --> 00:11,0\n你好' })
    await ada.request(`/api/videos/${film}/captions/de`, {
      method: 'PUT',
      body: '00:00,0 --> 00:11,0\nHallo',
      headers: { 'If-Match': '*' },
    })
    await ada.send('PUT', `/api/videos/${film}/embed-policy`, onlyBlog)
    const visitor = await newVisitor(browser)
    const frame = await openPlayer(await visitor.newPage(), '?captions=zh')
    await frame.locator('.cues').getByText('你好').waitFor()
    const list = frame.getByRole('combobox', { name: 'Captions' })
    expect(await list.locator('option').allTextContents()).toEqual(['Off', 'Deutsch', '简体中文'])
    await list.selectOption('Deutsch')
    await frame.locator('.cues').getByText('Hallo').waitFor()
    await list.selectOption('Off')
    await until(
      () => frame.locator('.cues').textContent(),
      (text) => text?.trim() === '',
    )
    await visitor.close()
    await ada.send('DELETE', `/api/videos/${film}/embed-policy`)
  })

  test('are delivered as captions that any page may read, and only with a token of their folder', async () => {
    const boot = await (await fetch(`${system.url}/embed/${film}`)).text()
    const url = /\/media\/[^"\\]+\/de-[0-9a-f]+\.vtt/.exec(boot)![0]
    const answer = await fetch(`${system.url}${url}`)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/vtt; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': '*',
      'cache-control': expect.stringContaining('immutable'),
    })
    expect(await answer.text()).toContain('Hallo')
    expect((await fetch(`${system.url}${url.replace(/[^/]+\.vtt$/, 'master.m3u8')}`)).status).toBe(404)
    // Where the owner has rules for sites, the document has nothing to read before the site is known.
    await ada.send('PUT', `/api/videos/${film}/embed-policy`, onlyBlog)
    expect(await (await fetch(`${system.url}/embed/${film}`)).text()).not.toContain('.vtt')
    await ada.send('DELETE', `/api/videos/${film}/embed-policy`)
    expect(await (await fetch(`${system.url}/embed/${film}`)).text()).toContain('.vtt')
    await ada.send('PATCH', `/api/videos/${film}`, { visibility: 'private' })
    expect(await (await fetch(`${system.url}/embed/${film}`)).text()).not.toContain('.vtt')
    expect((await fetch(`${system.url}/api/videos/${film}/captions`)).status).toBe(404)
  })
})
