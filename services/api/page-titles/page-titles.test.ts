import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Breakdown } from '#contract/views.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
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
    note: (path: string, title: string, of = videoId) => titles.note({ videoId: of, site, page: pageAt(path), title }),
    async write() {
      await titles.stop()
      expect(faults).toEqual([])
    },
  }
}

async function stored(): Promise<Record<string, string>> {
  const rows = await api.catalog.database
    .selectFrom('page_title')
    .select(['page', 'title'])
    .where('video_id', '=', videoId)
    .orderBy('page')
    .execute()
  return Object.fromEntries(rows.map(({ page, title }) => [page.slice(pageAt('').length), title]))
}

async function answer<Body>(path: string): Promise<Body> {
  const got = await ada.request(path)
  expect(got.status, path).toBe(200)
  return (await got.json()) as Body
}

test('the newest title of a page stays, and one that is known costs no write', async () => {
  const titles = openTitles()
  titles.note('a', 'Kites')
  titles.note('a', 'Kites in spring')
  titles.note('b', 'Boats')
  await titles.write()
  expect(await stored()).toEqual({ a: 'Kites in spring', b: 'Boats' })
  await api.catalog.database.deleteFrom('page_title').execute()
  titles.note('a', 'Kites in spring')
  titles.note('b', 'Ships')
  await titles.write()
  expect(await stored()).toEqual({ b: 'Ships' })
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
  titles.note('a', 'Of no video', 'bbbbbbbbbbbb')
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
