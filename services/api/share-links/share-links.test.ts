import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewShareLink, SharedViews, ShareLink } from '#contract/share-links.ts'
import type { Breakdown, ViewsDetails } from '#contract/views.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'

let api: TestApi
let ada: Person
let bob: Person
let film: string

beforeAll(async () => {
  api = await startTestApi()
  ;[ada, bob] = [await signUp(api.url, 'Ada'), await signUp(api.url, 'Bob')]
  film = await api.addVideo(ada, { title: 'Kites', visibility: 'private' })
})

afterAll(() => api?.stop())

function make(person: Person, link: Partial<NewShareLink>, videoId = film): Promise<Response> {
  return person.send('POST', `/api/videos/${videoId}/share-links`, link)
}

async function made(link: Partial<NewShareLink> = {}): Promise<ShareLink & { token: string }> {
  const answer = await make(ada, link)
  expect(answer.status).toBe(201)
  const body = (await answer.json()) as ShareLink
  return { ...body, token: body.url.split('/').at(-1)! }
}

/** As somebody without an account. */
function open(token: string, path = ''): Promise<Response> {
  return fetch(`${api.url}/api/shared/${token}${path}`)
}

describe('a share link', () => {
  test('shows its address again in the list of its video, and has at least 128 random bits', async () => {
    const { token, ...link } = await made({ name: 'For the festival', filter: { site: 'festival.example' } })
    expect(link.url).toBe(`http://localhost:8080/shared/${token}`)
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16)
    const list = (await (await ada.request(`/api/videos/${film}/share-links`)).json()) as { items: ShareLink[] }
    expect(list.items).toContainEqual(link)
    expect(link).toMatchObject({ name: 'For the festival', filter: { site: 'festival.example' }, expiresAtMs: null })
  })

  test('tells whose video it is and what is fixed, and nothing else of its owner', async () => {
    const { token } = await made({ filter: { site: 'a.example' } })
    const answer = await open(token)
    const shared = (await answer.json()) as SharedViews
    expect(shared).toEqual({ title: 'Kites', posterUrl: null, ownerName: 'Ada', filter: { site: 'a.example' } })
    expect(answer.headers.get('x-robots-tag')).toBe('noindex')
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
  })

  test('is made, listed and revoked by the owner of the video only', async () => {
    const { id, token } = await made()
    expect((await make(bob, {})).status).toBe(404)
    expect((await bob.request(`/api/videos/${film}/share-links`)).status).toBe(404)
    expect((await fetch(`${api.url}/api/videos/${film}/share-links`)).status).toBe(401)
    const other = await api.addVideo(bob)
    expect((await bob.request(`/api/videos/${other}/share-links/${id}`, { method: 'DELETE' })).status).toBe(404)
    expect((await open(token)).status).toBe(200)
    expect((await ada.request(`/api/videos/${film}/share-links/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await open(token)).status).toBe(404)
  })

  test('ends when it expires', async () => {
    const { id, token } = await made({ expiresAtMs: Date.now() + 60_000 })
    expect((await open(token)).status).toBe(200)
    const past = new Date(Date.now() - 1)
    await api.catalog.database.updateTable('share_link').set({ expires_at: past }).where('id', '=', id).execute()
    expect((await open(token)).status).toBe(404)
    expect((await open(token, '/views')).status).toBe(404)
  })

  test('is refused where it would have expired already, or fixes what is no filter', async () => {
    expect((await make(ada, { expiresAtMs: Date.now() - 1 })).status).toBe(400)
    expect((await make(ada, { filter: { grade: 'sure' as 'claimed' } })).status).toBe(400)
  })

  test('is one of 100 at most, however many are made at once', async () => {
    const busy = await api.addVideo(ada)
    const answers = await Promise.all(Array.from({ length: 105 }, () => make(ada, {}, busy)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(100).fill(201), ...Array(5).fill(400)])
  })

  test('ends with its video', async () => {
    const shortLived = await api.addVideo(ada)
    const link = (await (await make(ada, {}, shortLived)).json()) as ShareLink
    await ada.request(`/api/videos/${shortLived}`, { method: 'DELETE' })
    expect((await open(link.url.split('/').at(-1)!)).status).toBe(404)
  })

  test('that never was is answered like one that is over', async () => {
    expect((await open('x'.repeat(32))).status).toBe(404)
  })
})

describe('Views Details behind a share link', () => {
  const hour = 60 * 60_000
  const nowMs = Math.floor(Date.now() / hour) * hour
  let watchedFilm: string

  beforeAll(async () => {
    watchedFilm = await api.addVideo(ada, { title: 'Gulls' })
    const other = await api.addVideo(ada)
    const seen = (site: string, hoursAgo: number, videoId = watchedFilm) => ({
      token: playToken({ videoId, site, page: `https://${site}/x`, issuedAtMs: nowMs - hoursAgo * hour }),
      state: watched(20),
      receivedAtMs: nowMs - hoursAgo * hour + 30_000,
    })
    await storePlays(api.clickhouse.client, [
      ...[1, 5, 9].map((hours) => seen('a.example', hours)),
      ...[2, 6].map((hours) => seen('b.example', hours)),
      seen('other.example', 3, other),
    ])
  })

  async function linkTo(filter: NewShareLink['filter']): Promise<{ id: string; token: string }> {
    const link = (await (await make(ada, { filter }, watchedFilm)).json()) as ShareLink
    return { id: link.id, token: link.url.split('/').at(-1)! }
  }

  async function sitesOf(token: string, query = ''): Promise<[string, number][]> {
    const answer = await open(token, `/views/by/site?${query}`)
    expect(answer.status).toBe(200)
    return ((await answer.json()) as Breakdown).rows.map((row) => [row.value, row.starts])
  }

  test('is what the owner sees, of this video alone', async () => {
    const { token } = await linkTo({})
    expect(await sitesOf(token)).toEqual([
      ['a.example', 3],
      ['b.example', 2],
    ])
    const details = (await (await open(token, '/views')).json()) as ViewsDetails
    expect(details).toMatchObject({ subject: { kind: 'video', title: 'Gulls' }, totals: { starts: 5 } })
    expect(JSON.stringify(details)).not.toContain('@example.org')
  })

  test('shows the fixed site whatever is asked', async () => {
    const { token } = await linkTo({ site: 'b.example' })
    for (const query of ['', 'site=a.example', 'site=', 'site=b.example'])
      expect(await sitesOf(token, query)).toEqual([['b.example', 2]])
    const paths = ['', '/retention?sites=a.example', '/by/page', '/health', '/timeline', '/by/referrer?site=a.example']
    for (const path of paths) {
      const answer = await open(token, `/views${path}`)
      expect(answer.status).toBe(200)
      expect(await answer.text()).not.toContain('a.example')
    }
    const file = await open(token, '/views/export/plays?format=csv&site=a.example')
    const lines = (await file.text()).split('\r\n').slice(1, -1)
    expect(lines.map((line) => line.includes('b.example'))).toEqual([true, true])
  })

  test('keeps to the fixed period, inside which another may be asked', async () => {
    const { token } = await linkTo({ fromMs: nowMs - 6 * hour, toMs: nowMs - hour })
    const inside = [
      ['b.example', 2],
      ['a.example', 1],
    ]
    expect(await sitesOf(token)).toEqual(inside)
    expect(await sitesOf(token, `fromMs=0&toMs=${nowMs + hour}`)).toEqual(inside)
    expect(await sitesOf(token, `fromMs=${nowMs - 5 * hour}&toMs=${nowMs - 4 * hour}`)).toEqual([['a.example', 1]])
    expect(await sitesOf(token, `toMs=${nowMs - 8 * hour}`)).toEqual([])
  })

  test('shows nobody who watches now where the fixed period is over, and the owner still does', async () => {
    const lately = await api.addVideo(ada, { title: 'Terns' })
    const secondMs = 1000
    const atMs = Date.now() - 35 * secondMs
    const seen = (site: string, beganMs: number, isPlaying: boolean) => ({
      token: playToken({ videoId: lately, site, page: `https://${site}/x`, issuedAtMs: beganMs }),
      state: watched(20, { playing: isPlaying }),
      receivedAtMs: beganMs + 30 * secondMs,
    })
    await storePlays(api.clickhouse.client, [
      ...[1, 2].map(() => seen('a.example', nowMs - 2 * hour, false)),
      seen('b.example', nowMs - 2 * hour, false),
      ...[1, 2, 3].map(() => seen('b.example', atMs, true)),
    ])
    const filter = { fromMs: nowMs - 3 * hour, toMs: nowMs - hour }
    const link = (await (await make(ada, { filter }, lately)).json()) as ShareLink
    const token = link.url.split('/').at(-1)!
    const period = `fromMs=${filter.fromMs}&toMs=${filter.toMs}`
    const own = (await (await ada.request(`/api/videos/${lately}/views?${period}`)).json()) as ViewsDetails
    expect(own).toMatchObject({ totals: { starts: 3, liveNow: 3 }, live: { watching: 3 } })

    const stream = (await open(token, '/views/live')).body!.getReader()
    const event = new TextDecoder().decode((await stream.read()).value)
    await stream.cancel()
    const streamed = (JSON.parse(event.slice('data: '.length)) as { details: ViewsDetails }).details
    for (const details of [(await (await open(token, '/views')).json()) as ViewsDetails, streamed]) {
      expect(details.totals).toMatchObject({ starts: 3, liveNow: 0 })
      expect(details.sites.map(({ liveNow }) => liveNow)).toEqual([0, 0])
      expect(details.live).toEqual({ watching: 0, sites: [], minutes: new Array(30).fill(0) })
    }
    const rows = ((await (await open(token, '/views/by/site?sort=liveNow')).json()) as Breakdown).rows
    // Neither by their numbers nor by their order.
    expect(rows.map(({ value, liveNow }) => [value, liveNow])).toEqual([
      ['a.example', 0],
      ['b.example', 0],
    ])
    const file = await open(token, '/views/export/site?format=json&sort=liveNow')
    expect(((await file.json()) as { liveNow: number; site: string }[]).map(({ liveNow }) => liveNow)).toEqual([0, 0])
  })

  test('ends a live stream when the link is revoked', async () => {
    const { id, token } = await linkTo({})
    const reader = (await open(token, '/views/live')).body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('"starts":5')
    await ada.request(`/api/videos/${watchedFilm}/share-links/${id}`, { method: 'DELETE' })
    for (let isOver = false; !isOver; ) isOver = (await reader.read()).done
    expect((await open(token, '/views')).status).toBe(404)
    expect((await open(token, '/views/export/site')).status).toBe(404)
  })

  test('is nothing that can be changed', async () => {
    const { token } = await linkTo({})
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await fetch(`${api.url}/api/shared/${token}/views`, { method })).status).toBe(404)
  })
})
