import type { Page } from 'playwright-core'
import { describe, expect, it, vi } from 'vitest'
import { usePlayerPage } from '#support/player-page.ts'
import { type TestSite, videoId } from '#support/player-site.ts'
import { playerVisits } from '#support/player-visits.ts'
import { scriptSnippet } from '../../services/api/embed/snippets.ts'

let site: TestSite
let page: Page
usePlayerPage((fresh) => {
  ;({ site, page } = fresh)
})
const { beacon, iframe, visit } = playerVisits(() => ({ site, page }))

describe('embed.js', () => {
  it('inserts players and tells them the page, without its query', async () => {
    const snippet = scriptSnippet(site.origin, site.video)
    await visit(
      'forum.example/thread/1?x=1',
      `<p>Look:</p>${snippet.replace('data-video', 'data-key="partner" data-video')}`,
    )
    const { play } = await beacon(() => true)
    expect(play).toMatchObject({
      site: 'forum.example',
      page: `http://forum.example:${site.port}/thread/1`,
      grade: 'attested',
      embedKey: 'partner',
    })
  })

  it('tells the page where the site hides it from the Referer', async () => {
    await visit(
      'forum.example/quiet',
      `<meta name="referrer" content="origin"><body><script async src="${site.origin}/embed.js"></script>
       <qq-video src="${site.origin}/watch/${videoId}"></qq-video>`,
    )
    await page.evaluate(() => document.querySelector('iframe')!.remove())
    await page.evaluate((source) => {
      const element = document.createElement('qq-video')
      element.setAttribute('src', source)
      document.body.append(element)
    }, `${site.origin}/watch/${videoId}`)
    expect((await beacon(() => true)).play.page).toBe(`http://forum.example:${site.port}/quiet`)
  })

  it('shows a player at the end of the page where it stands in the head, and says so', async () => {
    const warnings: string[] = []
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()))
    const snippet = scriptSnippet(site.origin, site.video)
    await visit('forum.example/head', `${snippet}${snippet.replace('async', '')}<body><p>Text</p><p>More</p></body>`)
    await page.waitForSelector('p:last-of-type ~ iframe ~ iframe')
    expect(await page.$$eval('body > iframe', (frames) => frames.length)).toBe(2)
    expect(warnings.filter((text) => text.includes('<head>'))).not.toHaveLength(0)
    await beacon(({ state }) => state.visible)
  })

  it('keeps the place free before the player is there, for several on a page', async () => {
    const snippet = scriptSnippet(site.origin, { ...site.video, width: 400, height: 400 })
    await visit('forum.example/two', `<div style="width:300px">${snippet}${snippet}</div>`)
    await vi.waitUntil(() => site.requests.filter(({ path }) => path === '/beacon').length >= 2, 10_000)
    const sizes = await page.$$eval('iframe', (frames) => frames.map((one) => [one.clientWidth, one.clientHeight]))
    expect(sizes).toEqual([
      [300, 300],
      [300, 300],
    ])
  })
})

describe('the site of a play', () => {
  it('is what the document knew where it can’t be told more', async () => {
    site.isOpenReachable = false
    await visit('blog.example/post', iframe())
    expect((await beacon(() => true)).play).toMatchObject({ site: 'blog.example', grade: 'reported' })
  })

  it('is reported where a page sends no Referer', async () => {
    await visit('blog.example/post', iframe('', 'referrerpolicy="no-referrer"'))
    expect((await beacon(() => true)).play).toMatchObject({ site: 'blog.example', page: '', grade: 'reported' })
  })

  it('is the frame around the player, with the top site beside it', async () => {
    site.pages.set('article.example/a', iframe())
    await visit(
      'reader.example/',
      `<iframe src="http://article.example:${site.port}/a" width="700" height="500"></iframe>`,
    )
    expect((await beacon(() => true)).play).toMatchObject({
      site: 'article.example',
      topSite: 'reader.example',
      grade: 'attested',
    })
  })

  it('is this site where the player is a page of its own', async () => {
    await page.goto(`${site.origin}/embed/${videoId}`)
    expect((await beacon(() => true)).play).toMatchObject({ site: '(this site)', grade: 'reported' })
  })
})
