import type { Router } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playState, playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { alertRoutes } from '../alerts/alert-routes.ts'
import { captionRoutes } from '../captions/caption-routes.ts'
import type { Context } from '../context.ts'
import { discoveryRoutes } from '../discovery/discovery-routes.ts'
import { importRoutes } from '../imports/import-routes.ts'
import { keyRoutes } from '../keys/key-routes.ts'
import { pictureRoutes } from '../pictures/picture-routes.ts'
import { policyRoutes } from '../policies/policy-routes.ts'
import { erasureRoutes } from '../privacy/erasure-routes.ts'
import { shareLinkRoutes } from '../share-links/share-link-routes.ts'
import { quotaRoutes } from '../uploads/quota-routes.ts'
import { downloadRoutes } from '../videos/download-routes.ts'
import { viewsRouter } from '../views/views-router.ts'
import { definitions, parameters } from './definitions.ts'
import { endpoints } from './endpoints.ts'

let api: TestApi
let ada: Person
let film: string
let room: string
let token: string

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url)
  // Some questions are for admins only.
  await api.catalog.database.updateTable('user').set({ role: 'admin' }).execute()
  film = await api.addVideo(ada)
  room = 'kites'
  await ada.send('POST', '/api/vpubs', { slug: room, name: 'Kites' })
  await ada.send('POST', `/api/vpubs/${room}/posts`, { videoId: film })
  const shared = await ada.send('POST', `/api/videos/${film}/share-links`, {})
  const link = (await shared.json()) as { url: string }
  token = link.url.split('/').at(-1)!
  await ada.send('POST', '/api/me/keys', { name: 'A key' })
  await ada.request(`/api/videos/${film}/captions/de`, { method: 'PUT', body: '00:01,0 --> 00:02,0\nJa' })
  const { owner_id } = await api.catalog.database.selectFrom('video').select('owner_id').executeTakeFirstOrThrow()
  await api.catalog.database
    .insertInto('import')
    .values({ id: 'one', owner_id, video_id: film, url: '', host: 'films.example', state: 'failed' })
    .execute()
  const plays = [watched(20), watched(55, { stalls: 1, stallMs: 300 }), playState({ sandboxed: true, errors: 2 })]
  await storePlays(
    api.clickhouse.client,
    plays.map((state, number) => ({
      token: playToken({ videoId: film, playId: `000000000000000${number}`, isOwn: number === 1 }),
      state,
    })),
  )
})

afterAll(() => api?.stop())

interface Document {
  openapi: string
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string; description?: string }[] }>>
}

async function readDocument(): Promise<Document> {
  return (await (await fetch(`${api.url}/api/openapi.json`)).json()) as Document
}

/** `get /videos/{id}/views`, for each route that a router has. */
function routesOf(router: Router, base = ''): string[] {
  return router.stack.flatMap(({ route }) => {
    if (!route) return []
    const path = `${base}${route.path}`.replace(/\/$/, '').replace(/:(\w+)/g, '{$1}')
    return route.stack.map((layer) => `${layer.method} ${path}`)
  })
}

const documented = new Set(endpoints.map(({ method, path }) => `${method} ${path}`))

describe('the OpenAPI document', () => {
  test('has every question of Views Details, of each subject', () => {
    const refuse = async () => {
      throw new Error('not asked')
    }
    const router = viewsRouter({} as Context, refuse, { use: refuse })
    const bases = ['/videos/{id}/views', '/me/views', '/vpubs/{slug}/views', '/shared/{token}/views']
    const routes = bases.flatMap((base) => routesOf(router, base))
    expect(routes.length).toBeGreaterThanOrEqual(4 * 9)
    expect(routes.filter((route) => !documented.has(route))).toEqual([])
  })

  test('has every route of keys, share links, alerts, site rules, discovery, erasure, captions, downloads and imports', () => {
    const context = { catalog: {}, config: {} } as Context
    const policies = {} as Parameters<typeof policyRoutes>[1]
    const routers = [
      keyRoutes(context),
      shareLinkRoutes(context),
      alertRoutes(context),
      policyRoutes(context, policies),
      discoveryRoutes(context),
      erasureRoutes(context),
      captionRoutes(context),
      downloadRoutes(context),
      pictureRoutes(context),
      quotaRoutes(context),
      importRoutes(context),
    ]
    const routes = routers.flatMap((router) => routesOf(router))
    expect(routes.length).toBeGreaterThan(15)
    expect(routes.filter((route) => !documented.has(route))).toEqual([])
  })

  test('is OpenAPI 3.1 with ids of its own for every operation and a sentence for every parameter of a query', async () => {
    const document = await readDocument()
    expect(document.openapi).toBe('3.1.0')
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    expect(operations).toHaveLength(endpoints.length)
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length)
    const asked = endpoints.flatMap(({ query }) => Object.keys(query?.shape ?? {}))
    expect(asked.filter((name) => !parameters[name])).toEqual([])
  })

  const readable = endpoints.filter(({ method, answer }) => method === 'get' && answer)

  test.each(readable.map((endpoint) => [endpoint.path, endpoint] as const))(
    'tells what %s answers',
    async (_, endpoint) => {
      const path = endpoint.path
        .replace('{id}', film)
        .replace('{slug}', room)
        .replace('{language}', 'de')
        .replace('{token}', token)
        .replace('{dimension}', 'page')
        .replace('{playId}', '0000000000000001')
      const query =
        endpoint.query && 'mine' in endpoint.query.shape ? '?mine=1' : endpoint.path.includes('/by/') ? '?trend=1' : ''
      const answer = await ada.request(`/api${path}${query}`)
      expect(answer.status).toBe(200)
      expect(endpoint.answer!.safeParse(await answer.json()).error).toBeUndefined()
    },
  )
})

describe('the page of the API', () => {
  test('shows every endpoint, defines every number, and has a curl line with a key', async () => {
    const answer = await fetch(`${api.url}/api/docs`)
    expect(answer.headers.get('content-type')).toContain('text/html')
    const html = await answer.text()
    for (const { method, path } of endpoints) expect(html).toContain(`${method.toUpperCase()} /api${path}`)
    for (const name of Object.keys(definitions)) expect(html).toContain(`<code>${name}</code>`)
    expect(html).toContain('curl -H &#34;Authorization: Bearer $KEY&#34;')
  })

  test('runs no script and loads nothing', async () => {
    const answer = await fetch(`${api.url}/api/docs`)
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(await answer.text()).not.toMatch(/<script|<link|<img|style="/)
  })
})
