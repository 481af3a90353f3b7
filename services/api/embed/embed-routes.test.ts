import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type Response as ExpressResponse, type NextFunction, type Request } from 'express'
import helmet from 'helmet'
import { pino } from 'pino'
import { build } from 'vite'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EmbedBoot, OpenRequest } from '#contract/embed.ts'
import { type AppError, errorBody } from '#contract/errors.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { closeServer, listen } from '../../program/listen.ts'
import { signPlayToken, verifyMediaToken, verifyPlayToken } from '../../tokens/signed-token.ts'
import { openPolicy } from '../policies/judge-policy.ts'
import { createEmbedRouter } from './embed-routes.ts'
import type { EmbedVideo } from './embed-video.ts'

const key = { id: 'k1', secret: 'a secret of the tests that is long enough' }
const ready: EmbedVideo = {
  id: 'bcdfghjkmnpq',
  ownerId: 'owner',
  title: 'A title',
  status: 'ready',
  durationMs: 8_000,
  width: 640,
  height: 360,
  publishedPrefix: 'videos/bcdfghjkmnpq/a1',
  posterUrl: '/poster.jpg',
  isOwn: false,
  failureMessage: null,
}

let folder: string
let server: Server
let origin: string
let video: EmbedVideo | Error | null
let policy: EmbedPolicy

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embed-routes-'))
  const configFile = fileURLToPath(new URL('../../../web/player/vite.config.ts', import.meta.url))
  await build({ configFile, build: { outDir: folder, emptyOutDir: true } })
  server = createServer(createApp())
  origin = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`
})

afterAll(async () => {
  await closeServer(server, 100)
  await rm(folder, { recursive: true })
})

beforeEach(() => {
  video = ready
  policy = openPolicy
})

/** The router under the headers that the rest of the site wants, which an embed must undo. */
function createApp() {
  const app = express()
  app.use(helmet())
  app.use(
    createEmbedRouter({
      findPlayable: async (id) => {
        if (video instanceof Error) throw video
        return video?.id === id ? video : null
      },
      viewerHash: async () => '00000000000000aa',
      siteRules: { holdsFor: async () => policy, noteRefusal: () => {} },
      signingKey: key,
      signingKeys: [key],
      playerAssetsFolder: folder,
      logger: pino({ level: 'silent' }),
    }),
  )
  app.use((error: AppError, _request: Request, response: ExpressResponse, _next: NextFunction) => {
    response.status(error.status).json(errorBody(error))
  })
  return app
}

const show = (path = '', headers: Record<string, string> = {}) =>
  fetch(`${origin}/embed/${ready.id}${path}`, { headers })

async function bootOf(response: Response): Promise<EmbedBoot> {
  return JSON.parse(/id="boot">(.*)<\/script>/.exec(await response.text())![1]!)
}

async function tokenOf(response: Response) {
  return verifyPlayToken([key], (await bootOf(response)).token)
}

const askState = (token: string) =>
  fetch(`${origin}/embed/${ready.id}/state`, { method: 'POST', body: JSON.stringify({ token }) })

/** As the bytes come, without what `fetch` adds and takes away. */
async function getRaw(path: string, headers: Record<string, string>) {
  const response = await new Promise<IncomingMessage>((resolve) => get(origin + path, { headers }, resolve))
  let bytes = 0
  for await (const chunk of response) bytes += chunk.length
  return { bytes, status: response.statusCode, headers: response.headers }
}

function open(request: OpenRequest, id = ready.id): Promise<Response> {
  return fetch(`${origin}/embed/${id}/open`, { method: 'POST', body: JSON.stringify(request) })
}

async function opened(request: OpenRequest) {
  return verifyPlayToken([key], ((await (await open(request)).json()) as { token: string }).token)
}

describe('an embed document', () => {
  it('may be framed by any page, and kept by nobody', async () => {
    const { headers } = await show()
    expect(headers.get('content-security-policy')).not.toContain('frame-ancestors')
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self' 'nonce-[\w+/=]+';/)
    expect(headers.get('x-frame-options')).toBeNull()
    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(headers.get('cross-origin-opener-policy')).toBeNull()
    expect(headers.get('set-cookie')).toBeNull()
  })

  it('has a new nonce and a new play each time', async () => {
    const [first, second] = [await show(), await show()]
    expect(first.headers.get('content-security-policy')).not.toBe(second.headers.get('content-security-policy'))
    expect((await tokenOf(first)).playId).not.toBe((await tokenOf(second)).playId)
  })

  it('weighs less than 15 kB compressed, with style and script', async () => {
    const { bytes } = await getRaw(`/embed/${ready.id}`, { 'Accept-Encoding': 'gzip, deflate, br' })
    expect(bytes).toBeLessThan(15_000)
  })

  it('opens the published stream for the same play', async () => {
    const boot = await bootOf(await show())
    const [, , mediaToken, file] = boot.mediaUrl.split('/')
    expect(file).toBe('master.m3u8')
    expect(verifyMediaToken([key], mediaToken!)).toMatchObject({
      prefix: 'videos/bcdfghjkmnpq/a1',
      playId: verifyPlayToken([key], boot.token).playId,
    })
  })

  it('says what the Referer said', async () => {
    const response = await show('?key=newsletter', { Referer: 'https://blog.example/post?secret=1' })
    expect(await tokenOf(response)).toMatchObject({
      videoId: ready.id,
      site: 'blog.example',
      page: 'https://blog.example/post',
      grade: 'reported',
      embedKey: 'newsletter',
      viewer: '00000000000000aa',
      durationMs: 8_000,
      isOwn: false,
    })
  })

  it.each([
    ['\u202e=1+1', '=1+1'],
    ['\r\n\u200b\ufeff =1+1', '=1+1'],
    [' news\tletter ', 'news letter'],
    ['🪁'.repeat(40), '🪁'.repeat(32)],
  ])('keeps of the embed key %j what can be shown: %j', async (given, kept) =>
    expect(await tokenOf(await show(`?key=${encodeURIComponent(given)}`))).toMatchObject({ embedKey: kept }),
  )

  it('says that a site hides itself', async () =>
    expect(await tokenOf(await show())).toMatchObject({ site: '(hidden)', page: '', grade: 'hidden' }))

  it('is on this site when it is a page of its own', async () => {
    const response = await show('', { Referer: 'https://blog.example/', 'Sec-Fetch-Dest': 'document' })
    expect(await tokenOf(response)).toMatchObject({ site: '(this site)', grade: 'reported' })
  })

  it.each<Record<string, string>>([{ 'Sec-GPC': '1' }, { DNT: '1' }])(
    'counts a play but no person where the browser says %o',
    async (headers) => expect(await tokenOf(await show('', headers))).toMatchObject({ viewer: '' }),
  )

  it('waits for a video that is still being made, and then plays it as the same play', async () => {
    video = { ...ready, status: 'processing', publishedPrefix: null, durationMs: 0 }
    const boot = await bootOf(await show('', { Referer: 'https://blog.example/post' }))
    expect(boot).toMatchObject({ isWaiting: true, mediaUrl: '' })
    expect(await (await askState(boot.token)).json()).toEqual({ state: 'waiting' })
    video = { ...ready, status: 'playable' }
    const answer = (await (await askState(boot.token)).json()) as { state: string; boot: EmbedBoot }
    expect(answer).toMatchObject({ state: 'playable', boot: { isWaiting: false, durationMs: 8_000 } })
    expect(answer.boot.mediaUrl).toMatch(/^\/media\/.+\/master\.m3u8$/)
    expect(verifyPlayToken([key], answer.boot.token)).toMatchObject({
      playId: verifyPlayToken([key], boot.token).playId,
      page: 'https://blog.example/post',
      durationMs: 8_000,
    })
  })

  it('tells nothing of a video to those who have no token of it', async () => {
    const { token } = await bootOf(await show())
    expect((await askState('v1.k1.e30.AAAA')).status).toBe(403)
    expect(
      (await fetch(`${origin}/embed/zzzzzzzzzzzz/state`, { method: 'POST', body: JSON.stringify({ token }) })).status,
    ).toBe(403)
  })

  it('joins a recording where it is', async () => {
    video = { ...ready, status: 'uploading', durationMs: 0 }
    expect(await bootOf(await show())).toMatchObject({ isLive: true, isWaiting: false })
  })

  it('stays playable when making it better failed', async () => {
    video = { ...ready, status: 'failed' }
    expect((await bootOf(await show())).mediaUrl).not.toBe('')
  })

  it('tells that a video failed', async () => {
    video = { ...ready, status: 'failed', publishedPrefix: null }
    expect(await (await show()).text()).toContain('could not be made')
  })

  it('is a decent page where there is nothing to see', async () => {
    const { token } = await bootOf(await show())
    video = null
    expect((await askState(token)).status).toBe(404)
    const missing = await show()
    expect(missing.status).toBe(404)
    expect(await missing.text()).toContain('no video here')
    expect((await fetch(`${origin}/embed/..%2f..%2fetc`)).status).toBe(404)
  })

  it('tries again by itself while the site is in trouble', async () => {
    video = new Error('database away')
    const response = await show()
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('15')
    expect(await response.text()).not.toContain('database')
  })
})

describe('opening a play', () => {
  const ancestors = ['https://blog.example']
  const page = { origin: 'https://blog.example', url: 'https://blog.example/post?x=1' }
  const documentToken = async (headers: Record<string, string> = {}) => (await bootOf(await show('', headers))).token

  it('measures by the length of what it plays, where the file was replaced since the document was made', async () => {
    policy = { mode: 'allow-list', sites: [{ site: 'blog.example', action: 'allow' }] }
    const token = await documentToken({ Referer: 'https://blog.example/' })
    video = { ...ready, durationMs: 20_000, publishedPrefix: 'videos/bcdfghjkmnpq/a2/ladder' }
    const body = JSON.stringify({ token, ancestors, page })
    const answer = await (await fetch(`${origin}/embed/${ready.id}/open`, { method: 'POST', body })).json()
    const opened = answer as { token: string; mediaUrl: string }
    expect(verifyPlayToken([key], opened.token).durationMs).toBe(20_000)
    const media = verifyMediaToken([key], opened.mediaUrl.split('/')[2]!)
    expect(media).toMatchObject({ prefix: 'videos/bcdfghjkmnpq/a2/ladder', durationMs: 20_000 })
  })

  it('attests the site where Referer and ancestors agree, and stays the same play', async () => {
    const token = await documentToken({ Referer: 'https://blog.example/' })
    const { playId } = verifyPlayToken([key], token)
    expect(await opened({ token, ancestors, page })).toMatchObject({
      playId,
      site: 'blog.example',
      page: 'https://blog.example/post',
      grade: 'attested',
      isOpened: true,
    })
  })

  it('reports what ancestors alone say, and does not take its own word for a second one', async () => {
    const first = await opened({ token: await documentToken(), ancestors })
    expect(first).toMatchObject({ site: 'blog.example', grade: 'reported' })
    expect(await opened({ token: signPlayToken(key, first), ancestors })).toEqual(first)
  })

  it('answers the same when it is asked twice', async () => {
    const token = await documentToken({ Referer: 'https://blog.example/' })
    expect(await opened({ token, ancestors })).toEqual(await opened({ token, ancestors }))
  })

  it('keeps the server’s word in a conflict', async () => {
    const token = await documentToken({ Referer: 'https://blog.example/' })
    expect(await opened({ token, ancestors: ['https://evil.example'] })).toMatchObject({
      site: 'blog.example',
      topSite: 'evil.example',
      grade: 'conflict',
    })
  })

  it('may be read by a frame without an origin', async () => {
    const response = await open({ token: await documentToken() })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  it('refuses a forged token, an expired one and one of another video', async () => {
    const token = await documentToken()
    const expired = signPlayToken(key, { ...verifyPlayToken([key], token), expiresAtMs: Date.now() - 120_000 })
    const [head] = token.split(/\.[^.]*$/)
    expect((await open({ token: `${head}.AAAA` })).status).toBe(403)
    expect((await open({ token: expired })).status).toBe(403)
    expect((await open({ token }, 'zzzzzzzzzzzz')).status).toBe(403)
  })

  it.each(['', 'null', '[]', '{"token":1}', 'not json', '{"token":"x","ancestors":"y"}'])(
    'refuses %s',
    async (body) => {
      const response = await fetch(`${origin}/embed/${ready.id}/open`, { method: 'POST', body })
      expect(response.status).toBe(400)
    },
  )
})

describe('the player’s files', () => {
  it('are kept for ever under names that change with them, and may be used by any frame', async () => {
    const path = /import\([`'"](\/player\/[^`'"]+)/.exec(await (await show()).text())![1]
    const response = await getRaw(path!, { 'Accept-Encoding': 'gzip, deflate, br' })
    expect(response.status).toBe(200)
    expect(response.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
    })
  })

  it('include embed.js, which is asked for again now and then', async () => {
    const response = await fetch(`${origin}/embed.js`)
    const etag = response.headers.get('etag')!
    expect(response.headers.get('cache-control')).toContain('max-age=300')
    expect(await getRaw('/embed.js', { 'If-None-Match': etag })).toMatchObject({ status: 304, bytes: 0 })
  })

  it.each(['manifest.json', '..%2fembed.js', 'nothing.js'])('are nothing else: %s is not found', async (name) =>
    expect((await fetch(`${origin}/player/${name}`)).status).toBe(404),
  )

  it('may be read uncompressed', async () => {
    const response = await fetch(`${origin}/embed.js`, { headers: { 'Accept-Encoding': 'identity' } })
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.text()).toMatch(/^\(\(\)=>\{/)
  })
})
