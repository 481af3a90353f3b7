import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiKey, NewApiKey } from '#contract/api-keys.ts'
import type { ErrorBody } from '#contract/errors.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { createKey } from './stored-keys.ts'

let api: TestApi
let ada: Person
let bob: Person
let film: string
let bobsFilm: string

beforeAll(async () => {
  api = await startTestApi()
  ;[ada, bob] = [await signUp(api.url, 'Ada'), await signUp(api.url, 'Bob')]
  ;[film, bobsFilm] = [await api.addVideo(ada, { visibility: 'private' }), await api.addVideo(bob)]
  await storePlays(api.clickhouse.client, [{ token: playToken({ videoId: film }), state: watched(20) }])
})

afterAll(() => api?.stop())

async function makeKey(person: Person, name = 'A script'): Promise<NewApiKey> {
  const answer = await person.send('POST', '/api/me/keys', { name })
  expect(answer.status).toBe(201)
  return (await answer.json()) as NewApiKey
}

async function keysOf(person: Person): Promise<ApiKey[]> {
  return ((await (await person.request('/api/me/keys')).json()) as { items: ApiKey[] }).items
}

function ask(key: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(api.url + path, { ...init, headers: { Authorization: `Bearer ${key}`, ...init.headers } })
}

async function faultOf(answer: Response) {
  return { status: answer.status, ...((await answer.json()) as ErrorBody).error }
}

describe('an API key', () => {
  test('is shown once, and only its hash is kept', async () => {
    const made = await makeKey(ada, 'Nightly report')
    expect(made.key).toMatch(/^qqv_[\w-]{32}$/)
    const [listed] = (await keysOf(ada)).filter(({ id }) => id === made.id)
    const { key, ...shown } = made
    expect(listed).toEqual(shown)
    expect(listed).toMatchObject({ name: 'Nightly report', hint: key.slice(0, 8), lastUsedAtMs: null })
    const { rows } = await api.catalog.pool.query('SELECT api_key::text AS row FROM api_key')
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(key.slice(8))
  })

  test("reads Views Details of its owner's videos and the list of them", async () => {
    const { key } = await makeKey(ada)
    const details = await ask(key, `/api/videos/${film}/views`)
    expect(details.status).toBe(200)
    expect(((await details.json()) as { totals: object }).totals).toMatchObject({ loads: 1, views: 1 })
    const list = (await (await ask(key, '/api/videos?mine=1')).json()) as { items: { id: string }[] }
    expect(list.items.map(({ id }) => id)).toEqual([film])
  })

  test.each(['/api/me/views', '/api/me/views/by/video', '/api/videos/FILM/views/export/plays'])(
    'reads %s',
    async (path) => {
      const { id, key } = await makeKey(ada)
      expect((await ask(key, path.replace('FILM', film))).status).toBe(200)
      await ada.request(`/api/me/keys/${id}`, { method: 'DELETE' })
    },
  )

  test("reads nothing of other people's videos, even an administrator's key", async () => {
    const { key } = await makeKey(ada)
    await api.catalog.database.updateTable('user').set({ role: 'admin' }).where('name', '=', 'Ada').execute()
    const answer = await ask(key, `/api/videos/${bobsFilm}/views`)
    await api.catalog.database.updateTable('user').set({ role: 'member' }).where('name', '=', 'Ada').execute()
    expect(await faultOf(answer)).toMatchObject({ status: 404, code: 'not_found' })
  })

  test.each([
    ['GET', '/api/me'],
    ['GET', '/api/me/keys'],
    ['POST', '/api/me/keys'],
    ['GET', '/api/videos'],
    ['GET', '/api/videos/FILM'],
    ['PATCH', '/api/videos/FILM'],
    ['DELETE', '/api/videos/FILM'],
    ['DELETE', '/api/videos/FILM/views'],
    ['GET', '/api/videos/FILM/share-links'],
    ['POST', '/api/videos/FILM/share-links'],
    ['POST', '/api/vpubs'],
    ['POST', '/api/uploads'],
    ['POST', '/api/auth/sign-out'],
    ['GET', '/api/auth/get-session'],
  ])('may not %s %s', async (method, path) => {
    const { key } = await makeKey(ada)
    const answer = await ask(key, path.replace('FILM', film), { method })
    expect(await faultOf(answer)).toMatchObject({
      status: 403,
      code: 'forbidden',
      message: 'An API key reads Views Details and your list of videos, and nothing else.',
    })
    expect(answer.headers.get('set-cookie')).toBeNull()
    await revoke(key)
  })

  test('counts even where a browser sends a cookie beside it', async () => {
    const { key } = await makeKey(bob)
    const answer = await ask(key, `/api/videos/${film}/views`, { headers: { Cookie: ada.cookie } })
    expect(answer.status).toBe(404)
  })

  test('opens nothing once it was revoked, and is revoked by its owner only', async () => {
    const { id, key } = await makeKey(ada)
    expect((await bob.request(`/api/me/keys/${id}`, { method: 'DELETE' })).status).toBe(404)
    expect((await ask(key, `/api/videos/${film}/views`)).status).toBe(200)
    expect((await ada.request(`/api/me/keys/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await faultOf(await ask(key, `/api/videos/${film}/views`))).toMatchObject({
      status: 401,
      code: 'not_signed_in',
      message: 'This API key was revoked or mistyped; make another in your settings.',
    })
  })

  test('that is revoked ends a live stream that was opened with it', async () => {
    const { id, key } = await makeKey(ada)
    const stream = await ask(key, `/api/videos/${film}/views/live`)
    const reader = stream.body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('data: ')
    await ada.request(`/api/me/keys/${id}`, { method: 'DELETE' })
    for (let isOver = false; !isOver; ) isOver = (await reader.read()).done
  })

  test('tells when it was last used, and writes so once a minute at most', async () => {
    const { id, key } = await makeKey(ada)
    await ask(key, `/api/videos/${film}/views`)
    const first = (await keysOf(ada)).find((known) => known.id === id)!.lastUsedAtMs!
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000)
    await ask(key, `/api/videos/${film}/views`)
    expect((await keysOf(ada)).find((known) => known.id === id)!.lastUsedAtMs).toBe(first)
    const past = new Date(Date.now() - 61_000)
    await api.catalog.database.updateTable('api_key').set({ last_used_at: past }).where('id', '=', id).execute()
    await ask(key, `/api/videos/${film}/views`)
    expect((await keysOf(ada)).find((known) => known.id === id)!.lastUsedAtMs).toBeGreaterThan(first - 1)
  })

  test('is slowed down after 600 requests a minute', async () => {
    const { key } = await makeKey(ada)
    const answers: Response[] = []
    for (let round = 0; round < 61; round++)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, () => ask(key, `/api/videos/${bobsFilm}/views`)))))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(10)
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await faultOf(refused[0]!)).toMatchObject({ code: 'too_many_requests' })
  })

  test('needs a name, and there are at most 50 of one person', async () => {
    expect((await ada.send('POST', '/api/me/keys', { name: ' ' })).status).toBe(400)
    const carol = await signUp(api.url, 'Carol')
    const { id: ownerId } = (await (await carol.request('/api/me')).json()) as { id: string }
    // All ask at the same moment, and there is room for fifty of them.
    const made = await Promise.allSettled(
      Array.from({ length: 60 }, () => createKey(api.catalog.database, { ownerId, name: 'One of many' })),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    expect(await faultOf(await carol.send('POST', '/api/me/keys', { name: 'one more' }))).toMatchObject({
      code: 'bad_request',
    })
    expect(await keysOf(carol)).toHaveLength(50)
  })

  test('is not made by another site', async () => {
    const answer = await ada.request('/api/me/keys', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example' },
      body: JSON.stringify({ name: 'stolen' }),
    })
    expect(await faultOf(answer)).toMatchObject({ status: 403, code: 'cross_site' })
  })

  async function revoke(key: string): Promise<void> {
    const known = (await keysOf(ada)).filter(({ hint }) => key.startsWith(hint))
    for (const { id } of known) await ada.request(`/api/me/keys/${id}`, { method: 'DELETE' })
  }
})
