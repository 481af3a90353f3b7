import { readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MediaToken } from '#contract/play-token.ts'
import type { Video } from '#contract/video.ts'
import { makeClip } from '#support/media.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { endpoints } from '../services/api/docs/endpoints.ts'
import { signMediaToken } from '../services/tokens/signed-token.ts'

/**
 * Who may learn what about a video, on every surface there is. The routes are read from the documents of the api and from its
 * source, so that a route that nobody has thought about here fails the last test of this file.
 */

const kinds = ['private', 'unlisted', 'allow-listed', 'deleted'] as const
type Kind = (typeof kinds)[number]
const readers = ['stranger', 'member', 'owner', 'admin'] as const
type Reader = (typeof readers)[number]

/** What a surface answers whom about a video. `lists` answers everybody; the question is whether the video is in it. */
type Rule = 'watch' | 'manage' | 'nobody-private' | 'lists' | 'own-list' | 'owner-only'

interface Surface {
  method?: string
  path: (id: string) => string
  rule: Rule
  body?: unknown
  headers?: Record<string, string>
}

let system: TestSystem
let people: Record<Reader, Person | null>
let files: Record<Kind, { id: string; uploadId: string; title: string }>

beforeAll(async () => {
  system = await startTestSystem()
  const [owner, member] = [await signUp(system.url, 'Ada'), await signUp(system.url, 'Grace')]
  people = { stranger: null, member, owner, admin: await firstAdmin() }
  const clip = await readFile(
    await makeClip(join(system.dataFolder, 'clip.mp4'), { seconds: 3, width: 160, height: 120 }),
  )
  await owner.send('POST', '/api/vpubs', { slug: 'kites', name: 'Kites' })
  const made = await Promise.all(kinds.map(async (kind) => [kind, await prepare(kind, owner, clip)]))
  files = Object.fromEntries(made) as typeof files
}, 300_000)

afterAll(() => system?.stop())

async function firstAdmin(): Promise<Person> {
  const { setupCode } = JSON.parse(await readFile(join(system.dataFolder, 'secrets.json'), 'utf8')) as {
    setupCode: string
  }
  const admin = await signUp(system.url, 'Root')
  const email = ((await (await admin.request('/api/me')).json()) as { email: string }).email
  const body = { name: 'Root', email, password: 'correct horse battery', code: setupCode }
  const answer = await admin.send('POST', '/api/setup', body)
  if (answer.status !== 201) throw new Error(await answer.text())
  return admin
}

/** By the resumable way, so that there is an upload to ask about, with everything that comes with a video. */
async function prepare(kind: Kind, owner: Person, clip: Buffer) {
  const title = `The ${kind} film`
  const uploadId = await upload(owner, clip, title)
  const { id } = (await (await owner.request(`/api/uploads/${uploadId}/video`)).json()) as Video
  await owner.request(`/api/videos/${id}/captions/en`, { method: 'PUT', body: '00:00,0 --> 00:02,0\nHello' })
  await owner.send('PATCH', `/api/videos/${id}`, { downloads: 'everyone' })
  await until(
    () => owner.video(id),
    ({ download }) => download !== null,
    60_000,
  )
  await until(
    async () => (await (await owner.request(`/api/videos/${id}/pictures`)).json()) as { storyboardUrl: string | null },
    ({ storyboardUrl }) => storyboardUrl !== null,
    60_000,
  )
  expect((await owner.send('POST', '/api/vpubs/kites/posts', { videoId: id })).status).toBe(201)
  if (kind === 'private' || kind === 'unlisted') await owner.send('PATCH', `/api/videos/${id}`, { visibility: kind })
  const allowList = { mode: 'allow-list', sites: [] }
  if (kind === 'allow-listed') await owner.send('PUT', `/api/videos/${id}/embed-policy`, allowList)
  if (kind === 'deleted') expect((await owner.request(`/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204)
  return { id, uploadId, title }
}

async function upload(owner: Person, clip: Buffer, title: string): Promise<string> {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const metadata = `filename ${btoa('clip.mp4')},title ${btoa(title)}`
  const headers = { ...tus, 'Upload-Length': String(clip.length), 'Upload-Metadata': metadata }
  const begun = await owner.request('/api/uploads', { method: 'POST', headers })
  const path = begun.headers.get('location')!
  const more = { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }
  await owner.request(path, { method: 'PATCH', headers: more, body: new Uint8Array(clip) })
  return path.split('/').at(-1)!
}

function ask(reader: Reader, path: string, init: RequestInit = {}): Promise<Response> {
  const person = people[reader]
  const options = { redirect: 'manual' as const, ...init }
  if (person) return person.request(path, options)
  return fetch(`${system.url}${path}`, { ...options, headers: { Origin: system.url, ...init.headers } })
}

/** Every question whose answer hangs on a video. Captions and pictures are asked for by their pages too, further down. */
const surfaces: Record<string, Surface> = {
  'get /watch/{id}': { path: (id) => `/watch/${id}`, rule: 'watch' },
  'page for its owner': { path: (id) => `/studio/${id}`, rule: 'manage' },
  'get /videos/{id}': { path: (id) => `/api/videos/${id}`, rule: 'watch' },
  'get /videos/{id}/progress': { path: (id) => `/api/videos/${id}/progress`, rule: 'watch' },
  'get /videos/{id}/snippets': { path: (id) => `/api/videos/${id}/snippets`, rule: 'watch' },
  'get /videos/{id}/poster.jpg': { path: (id) => `/api/videos/${id}/poster.jpg`, rule: 'watch' },
  'get /embed/{id}': { path: (id) => `/embed/${id}`, rule: 'watch' },
  'get /oembed': {
    path: (id) => `/oembed?url=${encodeURIComponent(`${system.url}/watch/${id}`)}`,
    rule: 'nobody-private',
  },
  'get /videos/{id}/captions': { path: (id) => `/api/videos/${id}/captions`, rule: 'watch' },
  'get /videos/{id}/captions/{language}': { path: (id) => `/api/videos/${id}/captions/en`, rule: 'manage' },
  'get /videos/{id}/captions/{language}/file': { path: (id) => `/api/videos/${id}/captions/en/file`, rule: 'manage' },
  'get /videos/{id}/pictures': { path: (id) => `/api/videos/${id}/pictures`, rule: 'manage' },
  'get /videos/{id}/download': { path: (id) => `/api/videos/${id}/download`, rule: 'watch' },
  'get /videos/{id}/original': { path: (id) => `/api/videos/${id}/original`, rule: 'manage' },
  'get /videos/{id}/share-links': { path: (id) => `/api/videos/${id}/share-links`, rule: 'manage' },
  'get /videos/{id}/embed-policy': { path: (id) => `/api/videos/${id}/embed-policy`, rule: 'manage' },
  'get /videos/{id}/embed-policy/report': { path: (id) => `/api/videos/${id}/embed-policy/report`, rule: 'manage' },
  'get /videos': { path: () => '/api/videos', rule: 'lists' },
  'front page': { path: () => '/', rule: 'lists' },
  'get /videos?mine=1': { path: () => '/api/videos?mine=1', rule: 'own-list' },
  'get /vpubs/{slug}': { path: () => '/api/vpubs/kites', rule: 'lists' },
  'page of the V-Pub': { path: () => '/v/kites', rule: 'lists' },
  'get /v/{slug}/feed.xml': { path: () => '/v/kites/feed.xml', rule: 'lists' },
  // Asked about by the id of the upload.
  'head of the upload': {
    method: 'HEAD',
    path: (id) => `/api/uploads/${uploadOf(id)}`,
    rule: 'owner-only',
    headers: { 'Tus-Resumable': '1.0.0' },
  },
  'get /api/uploads/{id}/video': { path: (id) => `/api/uploads/${uploadOf(id)}/video`, rule: 'owner-only' },
  'head /api/uploads/{id}/parts/{part}': {
    method: 'HEAD',
    path: (id) => `/api/uploads/${uploadOf(id)}/parts/1-of-4`,
    rule: 'owner-only',
    headers: { 'Tus-Resumable': '1.0.0' },
  },
  'patch /api/uploads/{id}/parts/{part}': {
    method: 'PATCH',
    path: (id) => `/api/uploads/${uploadOf(id)}/parts/1-of-4`,
    rule: 'owner-only',
    headers: sendingFrom(0),
  },
}

function sendingFrom(offset: number): Record<string, string> {
  const about = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }
  return { 'Tus-Resumable': '1.0.0', ...about }
}

function uploadOf(id: string): string {
  return Object.values(files).find((file) => file.id === id)!.uploadId
}

/** Deeds; tried by those who may not, with nothing in the body: who may is asked before what is wanted. */
const changes: Record<string, string> = {
  'patch /videos/{id}': '',
  'delete /videos/{id}': '',
  'post /videos/{id}/cancel': '/cancel',
  'post /videos/{id}/retry': '/retry',
  'put /videos/{id}/captions/{language}': '/captions/en',
  'patch /videos/{id}/captions/{language}': '/captions/en',
  'delete /videos/{id}/captions/{language}': '/captions/en',
  'put /videos/{id}/poster': '/poster',
  'delete /videos/{id}/poster': '/poster',
  'post /videos/{id}/share-links': '/share-links',
  'delete /videos/{id}/share-links/{linkId}': '/share-links/abc',
  'put /videos/{id}/embed-policy': '/embed-policy',
  'delete /videos/{id}/embed-policy': '/embed-policy',
  'delete /videos/{id}/views': '/views',
}

/** Routes whose answer hangs on no video, or on a secret that somebody was given for it; and where that is tried. */
const elsewhere = [
  // About the asker himself, or the site; and who gets a mail, by a secret of his own.
  /^all \/auth\/|^post \/settings\/alerts\/unsubscribe/,
  ...[/^\w+ \/(me|quotas|setup|docs|openapi|privacy|embed\.js|player|feeds\/new-sites)\b/, /^all \/api\/uploads/],
  // New things; replacing a video's file is tried in services/api/uploads/replace.test.ts, imports in imports/import-api.test.ts.
  ...[
    /^post \/(videos\/drafts|api\/videos|imports|vpubs)$/,
    /^\w+ \/imports(\/\{id\}|$)/,
    /^get (\/api)?\/(health|live)$/,
  ],
  // Rooms; what is in them is above, and a post needs a public video.
  ...[/^get \/vpubs$/, /^(post|delete) \/vpubs\/\{slug\}\/(members|posts)/, /^get \/vpubs\/\{slug\}\/views/],
  // The words about what is stored of a play, the same for every id.
  /^get \/embed\/\{id\}\/privacy$/,
  // With a play token, below.
  /^post \/embed\/\{id\}\/(state|open|storyboard)$/,
  // Found by the id of a play too, in services/api/views/explain-play.test.ts.
  /^get \/videos\/\{id\}\/views\/plays\/\{playId\}$/,
  // With a secret address: services/api/share-links.
  /^get \/shared\/\{token\}/,
]

const views = endpoints.filter(
  ({ method, path }) => method === 'get' && path.startsWith('/videos/{id}/views') && !path.includes('{playId}'),
)

function viewsSurface({ path, choices = {} }: (typeof views)[number]): Surface {
  const filled = path.replace(
    /\{(\w+)\}/g,
    (whole, name: string) => choices[name]?.[0] ?? (name === 'id' ? whole : 'x'),
  )
  return { path: (id) => `/api${filled.replace('{id}', id)}`, rule: 'manage' }
}

const all = { ...Object.fromEntries(views.map((one) => [`get ${one.path}`, viewsSurface(one)])), ...surfaces }

function mayLearn(rule: Rule, kind: Kind, reader: Reader): boolean {
  const manages = reader === 'owner' || reader === 'admin'
  if (kind === 'deleted') return false
  if (rule === 'watch') return kind !== 'private' || manages
  if (rule === 'manage') return manages
  if (rule === 'nobody-private') return kind !== 'private'
  if (rule === 'lists') return kind === 'allow-listed'
  return reader === 'owner'
}

/** What an answer gives away of a video. */
async function learnt(answer: Response, { id, title }: { id: string; title: string }) {
  const location = answer.headers.get('location') ?? ''
  // Streams of figures that nobody ends are judged by their status.
  const isEndless = answer.ok && /event-stream/.test(answer.headers.get('content-type') ?? '')
  const text = isEndless ? '' : await answer.text()
  if (isEndless) await answer.body?.cancel()
  const isMedia = /^\/media\//.test(location)
  return {
    isIn: text.includes(title),
    hasTitle: text.includes(title) || text.includes(`${id}/`),
    isOpen: answer.ok || isMedia,
  }
}

/** Of pages and lists, that answer everybody, only what is in them counts. */
function isTold(rule: Rule, found: Awaited<ReturnType<typeof learnt>>): boolean {
  const isList = rule === 'lists' || rule === 'own-list'
  return isList ? found.isIn : found.isOpen
}

/** Where somebody may not even know that there is a video, nothing but "not found" may say so, or the way to sign in. */
function isRefusal({ status, headers }: Response, rule: Rule): boolean {
  if (rule === 'watch' || rule === 'nobody-private') return status === 404
  return [401, 403, 404].includes(status) || (headers.get('location') ?? '').startsWith('/sign-in')
}

describe.each(kinds)('the %s video', (kind) => {
  test.each(Object.entries(all))('%s tells those who may know of it, and nobody else anything', async (_, surface) => {
    const file = files[kind]
    const { method = 'GET', headers = {}, rule } = surface
    for (const reader of readers) {
      const end = new AbortController()
      const answer = await ask(reader, surface.path(file.id), { method, headers, signal: end.signal })
      const found = await learnt(answer, file)
      end.abort()
      const may = mayLearn(rule, kind, reader)
      expect([reader, isTold(rule, found)]).toEqual([reader, may])
      if (may || rule === 'lists' || rule === 'own-list') continue
      expect([reader, isRefusal(answer, rule)]).toEqual([reader, true])
      // Whoever may watch a video may see its name on a page that he may not use.
      if (!mayLearn('watch', kind, reader)) expect([reader, found.hasTitle]).toEqual([reader, false])
    }
  })

  test.each(Object.entries(changes))('%s is for those who manage it', async (name, path) => {
    const method = name.split(' ')[0]!.toUpperCase()
    const { id } = files[kind]
    const init = { method, ...(method !== 'DELETE' && { body: '{}', headers: { 'Content-Type': 'application/json' } }) }
    expect((await ask('stranger', `/api/videos/${id}${path}`, init)).status).toBe(401)
    expect((await ask('member', `/api/videos/${id}${path}`, init)).status).toBe(404)
    if (kind === 'deleted') expect((await ask('owner', `/api/videos/${id}${path}`, init)).status).toBe(404)
  })
})

test('an upload on its way is there for its owner alone, the whole and its parts', async () => {
  const tus = { 'Tus-Resumable': '1.0.0' }
  const creation = { method: 'POST', headers: { ...tus, 'Upload-Length': '4000', 'Upload-Parts': '4' } }
  const whole = (await ask('owner', '/api/uploads', creation)).headers.get('location')!
  const part = `${whole}/parts/2-of-4`
  const body = new Uint8Array(1000)
  const requests: [string, RequestInit][] = [
    [whole, { method: 'HEAD', headers: tus }],
    [part, { method: 'HEAD', headers: tus }],
    [whole, { method: 'PATCH', headers: sendingFrom(0), body }],
    [part, { method: 'PATCH', headers: sendingFrom(0), body }],
    [whole, { method: 'DELETE', headers: tus }],
    [`${whole}/video`, {}],
  ]
  const refusals = { stranger: 401, member: 404, admin: 404 }
  for (const [reader, status] of Object.entries(refusals))
    for (const [path, init] of requests)
      expect([reader, init.method, path, (await ask(reader as Reader, path, init)).status]).toEqual([
        reader,
        init.method,
        path,
        status,
      ])
  const offset = async () => (await ask('owner', part, { method: 'HEAD', headers: tus })).headers.get('upload-offset')
  expect(await offset()).toBe('0')
  expect((await ask('owner', part, { method: 'PATCH', headers: sendingFrom(0), body })).status).toBe(204)
  expect(await offset()).toBe('1000')
  expect((await ask('owner', whole, { method: 'DELETE', headers: tus })).status).toBe(204)
})

const routePattern = /\b(?:router|app)\.(get|head|post|put|patch|delete|all)\(\s*(\[[^\]]*\]|['`][^'`]+['`])/g

/** As the documents write them, read from the source: a route that is documented nowhere is one all the same. */
async function routesOfSource(): Promise<string[]> {
  const folder = join(import.meta.dirname, '../services/api')
  const names = (await readdir(folder, { recursive: true })).filter((name) =>
    /^(?!views\/).*(?<!\.test)\.ts$/.test(name),
  )
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const routes = texts.flatMap((text) =>
    [...text.matchAll(routePattern)].flatMap(([, method, paths]) =>
      [...paths!.matchAll(/['`]([^'`]+)['`]/g)].map(([, path]) => `${method} ${path}`),
    ),
  )
  return routes.map((route) =>
    route
      .replace(/^(\w+) \$\{resumablePath\}/, '$1 /api/uploads')
      .replace('{/:id}', '/:id')
      .replace(/:(\w+)/g, '{$1}')
      .replace(/ \/api(?=\/(?!uploads|videos$|health))/, ' '),
  )
}

test('no route of the api is without its row here', async () => {
  const documented = endpoints.map(({ method, path }) => `${method} ${path}`)
  const routes = [...new Set([...documented, ...(await routesOfSource())])]
  expect(routes.length).toBeGreaterThan(100)
  const known = new Set([...Object.keys(all), ...Object.keys(changes)])
  const missing = routes.filter((route) => !known.has(route) && !elsewhere.some((pattern) => pattern.test(route)))
  expect(missing).toEqual([])
})

interface Boot {
  token: string
  mediaUrl: string
  posterUrl: string
  captions?: { url: string }[]
}

async function bootOf(reader: Reader, id: string, headers: Record<string, string> = {}): Promise<Boot> {
  const text = await (await ask(reader, `/embed/${id}`, { headers })).text()
  const json = /<script[^>]*type="application\/json"[^>]*>([^<]*)<\/script>/.exec(text)?.[1]
  if (!json) throw new Error('the document has no player')
  return JSON.parse(json) as Boot
}

/** The address of everything that a player fetches of the owner's private video, by what it is. */
async function mediaOf(id: string): Promise<Record<string, string>> {
  const { mediaUrl, posterUrl, captions } = await bootOf('owner', id)
  const read = async (path: string) => (await ask('stranger', path)).text()
  const beside = (path: string, name: string) => path.replace(/[^/]+$/, name)
  const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const variant = beside(mediaUrl, lines(await read(mediaUrl))[0]!)
  const playlist = await read(variant)
  const pictures = (await (await ask('owner', `/api/videos/${id}/pictures`)).json()) as { storyboardUrl: string }
  const sheet = /^(\S+\.jpg)#/m.exec(await read(pictures.storyboardUrl))![1]!
  const locationOf = async (path: string) => (await ask('owner', path)).headers.get('location')!
  return {
    master: mediaUrl,
    variant,
    init: beside(variant, /URI="([^"]+)"/.exec(playlist)![1]!),
    segment: beside(variant, lines(playlist)[0]!),
    poster: posterUrl,
    storyboard: pictures.storyboardUrl,
    sheet: beside(pictures.storyboardUrl, sheet),
    captions: captions![0]!.url,
    download: await locationOf(`/api/videos/${id}/download`),
    original: await locationOf(`/api/videos/${id}/original`),
  }
}

describe('what a token opens', () => {
  const things = [
    'master',
    'variant',
    'init',
    'segment',
    'poster',
    'storyboard',
    'sheet',
    'captions',
    'download',
    'original',
  ]
  let media: Record<string, string>
  let foreign: Record<string, string>

  beforeAll(async () => {
    media = await mediaOf(files.private.id)
    foreign = await mediaOf(files.unlisted.id)
  })

  const statusOf = async (path: string) => {
    const answer = await ask('stranger', path)
    const text = answer.status === 200 ? '' : await answer.text()
    await answer.body?.cancel().catch(() => {})
    return [
      answer.status,
      text.startsWith('{') ? (JSON.parse(text) as { error: { code: string } }).error.code : '',
    ] as const
  }
  const tokenOf = (path: string) => path.split('/')[2]!
  const withToken = (path: string, token: string) => path.replace(tokenOf(path), token)
  /** Signed by the system's own key, so that only the end of it is wrong. */
  async function ending(path: string, fromNowMs: number): Promise<string> {
    const payload = JSON.parse(Buffer.from(tokenOf(path).split('.')[2]!, 'base64url').toString()) as MediaToken
    return withToken(path, signMediaToken(await systemKey(), { ...payload, expiresAtMs: Date.now() + fromNowMs }))
  }

  test.each(things)('%s: the genuine one opens it, and every other refuses with its code', async (thing) => {
    const path = media[thing]!
    const [version, key, payload, mac] = tokenOf(path).split('.') as [string, string, string, string]
    expect(await statusOf(path)).toEqual([200, ''])
    const longer = JSON.parse(Buffer.from(payload, 'base64url').toString()) as MediaToken
    const told = Buffer.from(JSON.stringify({ ...longer, expiresAtMs: longer.expiresAtMs + 1 })).toString('base64url')
    const forged = {
      'no token': 'x',
      'an end that was moved': [version, key, told, mac].join('.'),
      'another key': [version, 'k2', payload, mac].join('.'),
      'a shorter signature': [version, key, payload, mac.slice(0, -1)].join('.'),
      'half a signature': [version, key, payload, mac.slice(0, 21)].join('.'),
      'no signature': [version, key, payload, ''].join('.'),
      'more behind it': `${tokenOf(path)}.x`,
    }
    for (const [what, token] of Object.entries(forged))
      expect([what, ...(await statusOf(withToken(path, token)))]).toEqual([what, 403, 'token_invalid'])
    // Clocks of two machines may differ by a minute; one second more is too late.
    expect(await statusOf(await ending(path, -61_000))).toEqual([403, 'token_expired'])
    expect(await statusOf(await ending(path, -50_000))).toEqual([200, ''])
  })

  test.each(things)('%s: the token of another video never leads to it', async (thing) => {
    const own = await (await ask('stranger', media[thing]!)).bytes()
    const answer = await ask('stranger', withToken(media[thing]!, tokenOf(foreign[thing]!)))
    const bytes = answer.status === 200 ? await answer.bytes() : null
    // Names that both have lead to the other's own.
    const others = bytes && (await (await ask('stranger', foreign[thing]!)).bytes())
    if (bytes) expect(Buffer.compare(bytes, others!)).toBe(0)
    else expect([404]).toContain(answer.status)
    expect(own.length).toBeGreaterThan(0)
  })

  test('one thing of a video is no key to another', async () => {
    for (const narrow of ['poster', 'storyboard', 'captions', 'download', 'original'])
      for (const thing of things.filter((name) => name !== narrow && !['storyboard', 'sheet'].includes(name)))
        if (!(narrow === 'download' && thing === 'original') && !(narrow === 'original' && thing === 'download'))
          expect([narrow, thing, (await statusOf(withToken(media[thing]!, tokenOf(media[narrow]!))))[0]]).toEqual([
            narrow,
            thing,
            404,
          ])
  })

  test('no way of writing a path leads out of it', async () => {
    const token = tokenOf(media.master!)
    const ways = [
      ...[
        '../poster/poster.jpg',
        '..%2fposter%2fposter.jpg',
        '%2e%2e/poster/poster.jpg',
        '..%252fposter.jpg',
        './master.m3u8',
      ],
      ...[
        '//master.m3u8',
        'MASTER.M3U8',
        'master.m3u8%00',
        'master.m3u8%00.jpg',
        'master.m3u8/',
        'master%2em3u8',
        '\\master.m3u8',
      ],
      ...[`${'a'.repeat(4_096)}.m3u8`, `${'a/'.repeat(2_048)}a.m3u8`, '', '.hidden.m3u8', 'download'],
    ]
    for (const way of ways)
      expect([way.slice(0, 40), await rawStatus(`/media/${token}/${way}`)]).toEqual([way.slice(0, 40), 404])
    for (const path of [
      '/media',
      '/media/',
      `/media/${token}`,
      `//media/${token}/master.m3u8`,
      `/MEDIA/${token}/master.m3u8`,
    ])
      expect([path.slice(0, 12), await rawStatus(path)]).toEqual([path.slice(0, 12), 404])
  })

  test('it ends when it was promised to: within half a day, pictures within three days', async () => {
    const hourMs = 60 * 60 * 1_000
    for (const thing of things) {
      const { expiresAtMs } = JSON.parse(
        Buffer.from(tokenOf(media[thing]!).split('.')[2]!, 'base64url').toString(),
      ) as MediaToken
      const mostHours = ['poster', 'storyboard', 'sheet'].includes(thing) ? 72 : 12
      expect([thing, expiresAtMs - Date.now() <= mostHours * hourMs]).toEqual([thing, true])
    }
  })

  test('a play token of one video tells nothing of another, and of its own only while it may be watched', async () => {
    const { token } = await bootOf('owner', files.private.id)
    const tell = (id: string, reader: Reader, what: string) =>
      ask(reader, `/embed/${id}/${what}`, { method: 'POST', body: JSON.stringify({ token }) })
    for (const what of ['state', 'storyboard', 'open']) {
      expect((await tell(files.unlisted.id, 'owner', what)).status).toBe(403)
      expect((await tell(files.private.id, 'owner', what)).status).toBe(200)
    }
    for (const what of ['state', 'storyboard'])
      expect((await tell(files.private.id, 'stranger', what)).status).toBe(404)
    expect(await (await tell(files.private.id, 'stranger', 'open')).text()).not.toContain('/media/')
  })
})

test('on a site that its owner did not allow, the document of a video brings nothing to play', async () => {
  const { id } = files['allow-listed']
  const headers = {
    Referer: 'https://elsewhere.example/page',
    'Sec-Fetch-Dest': 'iframe',
    'Sec-Fetch-Site': 'cross-site',
  }
  const answer = await ask('stranger', `/embed/${id}`, { headers })
  expect(await answer.text()).not.toMatch(/\/media\/[^"]*master\.m3u8|\/captions|\.vtt/)
  const { token } = await bootOf('stranger', id)
  const body = JSON.stringify({ token, ancestors: ['https://elsewhere.example'] })
  const opened = await (await ask('stranger', `/embed/${id}/open`, { method: 'POST', body, headers })).json()
  expect(opened).toMatchObject({ blocked: true })
  expect(JSON.stringify(opened)).not.toContain('/media/')
})

async function systemKey(): Promise<{ id: string; secret: string }> {
  const secrets = JSON.parse(await readFile(join(system.dataFolder, 'secrets.json'), 'utf8')) as { signingKeys: string }
  const [id, secret] = secrets.signingKeys.split(',')[0]!.split(':') as [string, string]
  return { id, secret }
}

/** Sent as it stands: fetch would tidy the path up. */
function rawStatus(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request({ host: '127.0.0.1', port: system.port, path, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
    sending.once('error', reject).end()
  })
}
