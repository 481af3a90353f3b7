import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { NewShareLink, SharedViews, ShareLink } from '#contract/share-links.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'

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
  const headers = { 'Content-Type': 'application/json' }
  return person.request(`/api/videos/${videoId}/share-links`, { method: 'POST', headers, body: JSON.stringify(link) })
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
