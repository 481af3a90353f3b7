import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EmbedBoot } from '#contract/embed.ts'
import { newPlayId } from '#contract/ids.ts'
import type { Breakdown } from '#contract/views.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, testKey, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { until } from '#support/until.ts'
import { signPlayToken } from '../../tokens/signed-token.ts'
import { createPageTitles } from './page-titles.ts'

let api: TestApi
let ada: Person
let videoId: string

const site = 'news.example'
const pageAt = (path: string) => `https://${site}/${path}`

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url)
})

afterAll(() => api?.stop())

beforeEach(async () => {
  videoId = await api.addVideo(ada)
})

function openTitles(mostPages?: number) {
  const faults: unknown[] = []
  const logger = { warn: (fault: unknown) => faults.push(fault) }
  const { database } = api.catalog
  const titles = createPageTitles({ database, logger, everyMs: 60_000, ...(mostPages && { mostPages }) })
  return {
    note: (path: string, title: string, of: { videoId?: string; playId?: string } = {}) =>
      titles.note({ playId: newPlayId(), videoId, site, page: pageAt(path), title, ...of }),
    async write() {
      await titles.stop()
      expect(faults).toEqual([])
    },
  }
}

/** The token of a new play on the site, by one request with a Referer of the origin only. */
async function openedDocument(): Promise<string> {
  const page = await fetch(`${api.url}/embed/${videoId}`, { headers: { Referer: pageAt('') } })
  const boot: EmbedBoot = JSON.parse(/id="boot">(.*)<\/script>/.exec(await page.text())![1]!)
  return boot.token
}

async function tell(token: string, path: string, title: string): Promise<void> {
  const page = { origin: pageAt('').slice(0, -1), url: pageAt(path), title }
  const body = JSON.stringify({ token, page })
  expect((await fetch(`${api.url}/embed/${videoId}/open`, { method: 'POST', body })).status).toBe(200)
}

async function stored(of = videoId): Promise<Record<string, string>> {
  const rows = await api.catalog.database
    .selectFrom('page_title')
    .select(['page', 'title'])
    .where('video_id', '=', of)
    .orderBy('page')
    .execute()
  return Object.fromEntries(rows.map(({ page, title }) => [page.slice(pageAt('').length), title]))
}

async function answer<Body>(path: string): Promise<Body> {
  const got = await ada.request(path)
  expect(got.status, path).toBe(200)
  return (await got.json()) as Body
}

test('the first title of a page stays for an hour and costs no further write, then another may replace it', async () => {
  const titles = openTitles()
  titles.note('a', 'Kites')
  titles.note('a', 'Defaced')
  titles.note('b', 'Boats')
  await titles.write()
  const restarted = openTitles()
  restarted.note('a', 'Defaced after a restart')
  await restarted.write()
  expect(await stored()).toEqual({ a: 'Kites', b: 'Boats' })
  await sql`UPDATE page_title SET told_at = told_at - interval '1 hour'`.execute(api.catalog.database)
  const later = openTitles()
  later.note('a', 'Kites in spring')
  await later.write()
  expect(await stored()).toEqual({ a: 'Kites in spring', b: 'Boats' })
})

test('of one play one title is kept', async () => {
  const titles = openTitles()
  const playId = newPlayId()
  titles.note('a', 'Kites', { playId })
  titles.note('b', 'Boats', { playId })
  await titles.write()
  expect(await stored()).toEqual({ a: 'Kites' })
})

test('who floods one video keeps nothing of another from being written', async () => {
  const titles = openTitles()
  const flooded = await api.addVideo(ada)
  for (let page = 0; page < 3_000; page++) titles.note(`${page}`, 'Flood', { videoId: flooded })
  titles.note('a', 'Kites')
  await titles.write()
  expect(await stored()).toEqual({ a: 'Kites' })
  expect(Object.keys(await stored(flooded))).toHaveLength(20)
})

test('one token writes one title however often and of whatever pages it is opened, and that not over a true one', async () => {
  const honest = await openedDocument()
  await tell(honest, 'private/launch-page', 'Launch page')
  const token = await openedDocument()
  await tell(token, 'private/launch-page', 'DEFACED by one curl, no play')
  for (let page = 0; page < 60; page++) await tell(token, `${page}`, 'Made up')
  for (const mark of [{ isExcess: true }, { isHosting: true }]) {
    const marked = playToken({ videoId, page: '', grade: 'reported', isOpened: false, ...mark })
    await tell(signPlayToken(testKey, marked), Object.keys(mark)[0]!, 'Made up')
  }
  // Written after all that came before it, or together with it.
  await tell(await openedDocument(), 'z', 'The end')
  const titles = await until(stored, (now) => 'z' in now)
  expect(titles).toEqual({ 'private/launch-page': 'Launch page', z: 'The end' })
})

test('of a video so many pages are kept, and those not told for longest go first', async () => {
  for (const path of ['a', 'b', 'c', 'd']) {
    const titles = openTitles(3)
    titles.note(path, `Page ${path}`)
    await titles.write()
  }
  expect(await stored()).toEqual({ b: 'Page b', c: 'Page c', d: 'Page d' })
})

test('a video that is gone keeps nobody else’s titles from being written, and takes its own along', async () => {
  const titles = openTitles()
  titles.note('a', 'Of no video', { videoId: 'bbbbbbbbbbbb' })
  titles.note('a', 'Kites')
  await titles.write()
  expect(await stored()).toEqual({ a: 'Kites' })
  await api.catalog.database.deleteFrom('video').where('id', '=', videoId).execute()
  expect(await stored()).toEqual({})
})

test('the pages of Views Details bear their titles, are found by them, and are exported with them', async () => {
  const of = (path: string) => ({ token: playToken({ videoId, site, page: pageAt(path) }), state: watched(30) })
  await storePlays(api.clickhouse.client, [of('a'), of('a'), of('b')])
  const titles = openTitles()
  titles.note('a', 'Kites; in "spring"')
  await titles.write()
  const views = `/api/videos/${videoId}/views`
  const titlesOf = ({ rows }: Breakdown) => rows.map(({ value, title }) => [value, title])
  expect(titlesOf(await answer(`${views}/by/page`))).toEqual([
    [pageAt('a'), 'Kites; in "spring"'],
    [pageAt('b'), null],
  ])
  expect(titlesOf(await answer('/api/me/views/by/page?search=SPRING'))).toEqual([[pageAt('a'), 'Kites; in "spring"']])
  expect(titlesOf(await answer(`${views}/by/site`))).toEqual([[site, undefined]])
  const csv = await (await ada.request(`${views}/export/page?search=kites`)).text()
  expect(csv.split('\r\n').slice(0, 2)).toEqual([
    expect.stringContaining('page,title,site,'),
    expect.stringContaining(`${pageAt('a')},"Kites; in ""spring""",${site},2,`),
  ])
  expect(csv).not.toContain(pageAt('b'))
})
