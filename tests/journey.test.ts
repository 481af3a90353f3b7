import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Breakdown } from '#contract/views.ts'
import { newVisitor, openPageOf, startBrowser } from '#support/browser.ts'
import { startClickHouse } from '#support/clickhouse.ts'
import { trailer } from '#support/media-files.ts'
import { type OtherSites, startOtherSites } from '#support/other-sites.ts'
import { type Person, signUp } from '#support/person.ts'
import { readPlaylists } from '#support/playlists.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { startS3 } from '#support/s3.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { startWatching, watchUntil } from '#support/viewer.ts'

let browser: Browser
// One browser for all viewing: ending it with the last tab would cut what that tab still sends.
let visitor: BrowserContext
let sites: OtherSites
let folder: string
let source: { path: string; durationMs: number }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-journey-'))
  source = await trailer(folder)
  browser = await startBrowser()
  visitor = await newVisitor(browser)
  await visitor.newPage()
  sites = await startOtherSites()
})

afterAll(async () => {
  await browser?.close()
  await sites?.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Stage {
  system: TestSystem
  owner: Person
}

/** Drops the file on the upload page, as its owner would, and leaves that page open; gives the video's id. */
async function dropOnUploadPage({ system, owner }: Stage, page: Page): Promise<string> {
  // On a slow line people choose before the page's scripts have come; that must not be lost.
  let bringScripts = () => {}
  const isChosen = new Promise<void>((resolve) => {
    bringScripts = resolve
  })
  await page.route('**/_app/**/*.js', async (route) => {
    await isChosen
    await route.continue()
  })
  await page.goto(`${system.url}/upload`, { waitUntil: 'commit' })
  await page.locator('input[type=file]').setInputFiles(source.path)
  bringScripts()
  return until(
    async () => {
      const answer = await owner.request('/api/videos?mine=1')
      return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? ''
    },
    (id) => id !== '',
  )
}

async function ownerPage({ owner }: Stage): Promise<Page> {
  return openPageOf(owner, browser)
}

async function waitUntilPlayable({ owner }: Stage, videoId: string): Promise<void> {
  await until(
    () => owner.video(videoId),
    ({ status }) => status === 'playable' || status === 'ready',
  )
}

/** Embeds the video on two other sites in two ways. */
async function publishOnTwoSites({ owner }: Stage, videoId: string): Promise<{ blog: string; forum: string }> {
  const snippets = (await (await owner.request(`/api/videos/${videoId}/snippets`)).json()) as {
    iframe: string
    script: string
  }
  return {
    blog: sites.publish(`blog.example/post-${videoId}`, `<h1>A post</h1>${snippets.iframe}`),
    forum: sites.publish(`forum.example/thread/${videoId}`, `<h1>A thread</h1>${snippets.script}`),
  }
}

/** Somebody watches on both at once, in two tabs, for different lengths; gives the seconds that the media clocks reached. */
async function watchOnBoth(urls: { blog: string; forum: string }, during?: () => Promise<void>) {
  const onBlog = await startWatching(visitor, urls.blog)
  const onForum = await startWatching(visitor, urls.forum)
  await watchUntil(onBlog, 5)
  const blogSeconds = await onBlog.leave()
  await during?.()
  await watchUntil(onForum, 14)
  return { blogSeconds, forumSeconds: await onForum.leave() }
}

async function expectExactNumbers({ owner }: Stage, videoId: string, watched: Awaited<ReturnType<typeof watchOnBoth>>) {
  const details = await until(
    () => owner.viewsDetails(videoId),
    ({ sites: rows }) => {
      const forum = rows.find((row) => row.value === 'forum.example')
      return rows.length === 2 && (forum?.watchedMs ?? 0) >= (watched.forumSeconds - 1) * 1000
    },
    20_000,
  )
  const [blog, forum] = ['blog.example', 'forum.example'].map(
    (site) => details.sites.find((row) => row.value === site)!,
  )
  // Whether the segments were seen being served may be known a moment later.
  const sure = expect.stringMatching(/^(attested|delivered)$/)
  expect(blog).toMatchObject({ loads: 1, starts: 1, views: 0, viewers: 1, finishes: 0, grade: sure })
  expect(forum).toMatchObject({ loads: 1, starts: 1, views: 1, viewers: 1, finishes: 0, grade: sure })
  expect(Math.abs(blog!.watchedMs - watched.blogSeconds * 1000)).toBeLessThan(1_000)
  expect(Math.abs(forum!.watchedMs - watched.forumSeconds * 1000)).toBeLessThan(1_000)
  expect(details.totals).toMatchObject({ starts: 2, views: 1, sites: 2, notCounted: 0 })
  const share = watched.forumSeconds / (source.durationMs / 1000)
  expect(forum!.averageShare).toBeGreaterThan(share - 0.05)
  expect(forum!.averageShare).toBeLessThan(share + 0.05)
  const answer = await owner.request(`/api/videos/${videoId}/views/by/page?site=forum.example`)
  const { rows } = (await answer.json()) as Breakdown
  expect(rows).toHaveLength(1)
  expect(new URL(rows[0]!.value).pathname).toBe(`/thread/${videoId}`)
}

async function expectWholeLadder({ system, owner }: Stage, videoId: string) {
  const video = await until(
    () => owner.video(videoId),
    ({ status }) => status === 'ready' || status === 'failed',
    400_000,
  )
  expect(video).toMatchObject({ status: 'ready', flags: [], failure: null })
  expect(Math.abs(video.durationMs - source.durationMs)).toBeLessThan(1_000)
  const { heights, segments, missing } = await readPlaylists(system.url, videoId)
  expect(heights).toEqual([720, 480, 360, 240])
  expect(segments).toBeGreaterThan(20)
  expect(missing).toEqual([])
}

describe('the whole road on one machine', () => {
  let stage: Stage
  let watchedId: string

  beforeAll(async () => {
    const system = await startTestSystem({ TRANSCODERS: '2' })
    stage = { system, owner: await signUp(system.url) }
  })

  afterAll(async () => {
    await stage?.system.stop()
  })

  test('a video dropped on the upload page is watched on two sites, and Views Details tells where, without reloading', async () => {
    const { system } = stage
    const page = await ownerPage(stage)
    const videoId = await dropOnUploadPage(stage, page)
    watchedId = videoId
    await waitUntilPlayable(stage, videoId)
    const urls = await publishOnTwoSites(stage, videoId)

    await page.goto(`${system.url}/studio/${videoId}/views`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    let loads = 0
    page.on('domcontentloaded', () => loads++)
    const watched = await watchOnBoth(urls)
    await page.getByText('blog.example').first().waitFor({ timeout: 20_000 })
    await page.getByText('forum.example').first().waitFor({ timeout: 20_000 })
    expect(loads).toBe(0)
    await expectExactNumbers(stage, videoId, watched)
    await expectWholeLadder(stage, videoId)
    await page.context().close()
  }, 600_000)

  test('nobody but the owner and admins sees Views Details', async () => {
    const stranger = await signUp(stage.system.url, 'Mallory')
    for (const path of ['', '/by/page?site=a', '/live']) {
      expect((await stranger.request(`/api/videos/${watchedId}/views${path}`)).status).toBe(404)
      expect((await fetch(`${stage.system.url}/api/videos/${watchedId}/views${path}`)).status).toBe(401)
    }
  })
})

test('the beacon, the ClickHouse engine and the transcoder are killed on the way, and the video and its numbers are the same', async () => {
  const system = await startTestSystem({ TRANSCODERS: '2' })
  try {
    const stage: Stage = { system, owner: await signUp(system.url) }
    const { id } = await stage.owner.upload(await openAsBlob(source.path), 'trailer.mp4')
    await until(
      () => stage.owner.video(id),
      ({ status }) => status === 'playable',
    )
    await until(
      () => stage.owner.video(id),
      ({ progress }) => progress?.stage === 'ladder' && progress.percent > 5,
    )
    await system.killAndWait('transcoder')
    const urls = await publishOnTwoSites(stage, id)
    const watched = await watchOnBoth(urls, async () => {
      await system.killAndWait('beacon')
      await system.killAndWait('ClickHouse')
    })
    await expectExactNumbers(stage, id, watched)
    await expectWholeLadder(stage, id)
  } finally {
    await system.stop()
  }
}, 900_000)

test('the same road leads through stores of the owner’s own by a change of three URLs', async () => {
  const [s3, postgres, clickhouse] = await Promise.all([startS3(), startTestPostgres(), startClickHouse()])
  const system = await startTestSystem({
    TRANSCODERS: '2',
    STORAGE_URL: s3.url,
    DATABASE_URL: postgres.url,
    CLICKHOUSE_URL: clickhouse.url,
  })
  try {
    const embedded = system.system.processes().map((process) => process.name)
    expect(embedded).not.toContain('PostgreSQL')
    expect(embedded).not.toContain('ClickHouse')
    const stage: Stage = { system, owner: await signUp(system.url) }
    const page = await ownerPage(stage)
    const id = await dropOnUploadPage(stage, page)
    await waitUntilPlayable(stage, id)
    await expectExactNumbers(stage, id, await watchOnBoth(await publishOnTwoSites(stage, id)))
    await expectWholeLadder(stage, id)
  } finally {
    await system.stop()
    await Promise.all([s3.stop(), postgres.stop(), clickhouse.stop()])
  }
}, 600_000)
