import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DiscoveryRow } from '#contract/discovery.ts'
import type { EmbedBoot, OpenAnswer, OpenRefusal } from '#contract/embed.ts'
import type { EmbedPolicy, EmbedPolicyAnswer, EmbedPolicyReport } from '#contract/site-rules.ts'
import type { ViewsDetails } from '#contract/views.ts'
import { type Person, signUp } from '#support/person.ts'
import { watched } from '#support/plays.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'

let system: TestSystem
let ada: Person
let bob: Person
let videoId: string

beforeAll(async () => {
  system = await startTestSystem()
  ada = await signUp(system.url, 'Ada')
  bob = await signUp(system.url, 'Bob')
  videoId = await publish()
})

afterAll(async () => {
  await system?.stop()
})

async function publish(fields: Record<string, string> = {}): Promise<string> {
  const clip = { seconds: 3, width: 320, height: 240 }
  const { id } = await uploadClip(ada, { folder: system.dataFolder, name: 'clip.mp4' }, clip, fields)
  await until(
    () => ada.video(id),
    ({ status }) => status === 'ready',
  )
  return id
}

async function send(person: Person | null, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', Origin: system.url }
  const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) }
  return person ? person.request(path, init) : fetch(`${system.url}${path}`, init)
}

async function read<Body>(person: Person, path: string): Promise<Body> {
  return (await send(person, 'GET', path)).json() as Promise<Body>
}

const putPolicy = (policy: EmbedPolicy, path = `/api/videos/${videoId}/embed-policy`) => send(ada, 'PUT', path, policy)
const blocking = (site: string): EmbedPolicy => ({ mode: 'open', sites: [{ site, action: 'block' }] })

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const agent = { 'User-Agent': browser }

const showEmbed = (site: string, headers: Record<string, string> = {}) =>
  fetch(`${system.url}/embed/${videoId}`, { headers: { ...agent, Referer: `https://${site}/page`, ...headers } })

async function bootOf(response: Response): Promise<EmbedBoot> {
  return JSON.parse(/id="boot">(.*)<\/script>/.exec(await response.text())![1]!)
}

async function open(boot: EmbedBoot, ancestors: string[]): Promise<OpenAnswer | OpenRefusal> {
  const body = JSON.stringify({ token: boot.token, ancestors })
  const answer = await fetch(`${system.url}${boot.openUrl}`, { method: 'POST', headers: agent, body })
  return (await answer.json()) as OpenAnswer | OpenRefusal
}

/** Somebody watches on a site, as the player would tell it. */
async function play(site: string): Promise<void> {
  const answer = await open(await bootOf(await showEmbed(site)), [`https://${site}`])
  if (!('token' in answer)) throw new Error('refused')
  const body = JSON.stringify({ token: answer.token, seq: 1, state: { ...watched(0), watchedMs: 0, positionMs: 0 } })
  expect((await fetch(`${system.url}/beacon`, { method: 'POST', headers: agent, body })).status).toBe(204)
}

test('only the owner reads and makes rules; a video follows its owner’s until it has its own', async () => {
  const path = `/api/videos/${videoId}/embed-policy`
  expect((await send(bob, 'GET', path)).status).toBe(404)
  expect((await send(bob, 'PUT', path, blocking('x.example'))).status).toBe(404)
  expect((await send(null, 'GET', '/api/me/embed-policy')).status).toBe(401)
  expect(await read<EmbedPolicyAnswer>(ada, path)).toEqual({ policy: { mode: 'open', sites: [] }, isInherited: true })
  await putPolicy(blocking('owners.example'), '/api/me/embed-policy')
  expect(await read(ada, path)).toEqual({ policy: blocking('owners.example'), isInherited: true })
  await putPolicy(blocking('https://www.own.example/page'))
  expect(await read(ada, path)).toEqual({ policy: blocking('own.example'), isInherited: false })
  expect((await putPolicy(blocking('*.github.io'))).status).toBe(400)
  await send(ada, 'DELETE', path)
  expect(await read(ada, path)).toEqual({ policy: blocking('owners.example'), isInherited: true })
  await send(ada, 'DELETE', '/api/me/embed-policy')
})

test('a rule holds within seconds, for the document and for what the browser tells later, and refusals are counted', async () => {
  expect((await showEmbed('bad.example')).status).toBe(200)
  await putPolicy(blocking('bad.example'))
  const refused = await until(
    () => showEmbed('bad.example'),
    ({ status }) => status === 403,
    5_000,
  )
  expect(await refused.text()).toContain(`${system.url}/watch/${videoId}`)
  const boot = await bootOf(await showEmbed('good.example'))
  expect(boot).toMatchObject({ isGuarded: true, mediaUrl: '' })
  const answer = (await open(boot, ['https://good.example'])) as OpenAnswer
  expect((await fetch(system.url + answer.mediaUrl)).status).toBe(200)
  expect(await open(boot, ['https://good.example', 'https://bad.example'])).toMatchObject({ blocked: true })
  const report = await until(
    () => read<EmbedPolicyReport>(ada, `/api/videos/${videoId}/embed-policy/report`),
    ({ turnedAway }) => (turnedAway[0]?.count ?? 0) >= 2,
  )
  expect(report.turnedAway).toMatchObject([{ site: 'bad.example' }])
})

test('report-only tells which sites an allow-list would turn away, and turns nobody away', async () => {
  await putPolicy({ mode: 'report-only', sites: [{ site: 'partner.example', action: 'allow' }] })
  await until(
    () => showEmbed('bad.example'),
    ({ status }) => status === 200,
    5_000,
  )
  for (const site of ['partner.example', 'fan.example', 'fan.example']) await play(site)
  const report = await until(
    () => read<EmbedPolicyReport>(ada, `/api/videos/${videoId}/embed-policy/report`),
    ({ plays }) => plays >= 2,
  )
  expect(report.sites).toMatchObject([{ site: 'fan.example', plays: 2 }])
  await send(ada, 'DELETE', `/api/videos/${videoId}/embed-policy`)
})

test('oEmbed answers for watch and embed links of ours, and for nothing else', async () => {
  const ask = (url: string, more = '') =>
    fetch(`${system.url}/oembed?url=${encodeURIComponent(url)}${more}`, { headers: { 'User-Agent': 'WordPress/6.4' } })
  const answer = await ask(`${system.url}/watch/${videoId}`)
  expect(await answer.json()).toMatchObject({ type: 'video', author_name: 'Ada', width: 320, height: 240 })
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  const xml = await ask(`${system.url}/embed/${videoId}`, '&format=xml')
  expect(xml.headers.get('content-type')).toMatch(/^text\/xml/)
  expect((await ask(`https://other.example/watch/${videoId}`)).status).toBe(404)
  expect((await ask(`${system.url}/watch/zzzzzzzzzzzz`)).status).toBe(404)
  expect((await ask(`${system.url}/watch/${videoId}`, '&format=yaml')).status).toBe(501)
  expect((await fetch(`${system.url}/oembed`)).status).toBe(400)
  const secret = await publish({ visibility: 'private' })
  expect((await ask(`${system.url}/watch/${secret}`)).status).toBe(404)
})

test('who looked at links before any play is told to the owner, and nobody else', async () => {
  const path = `/api/videos/${videoId}/views/discovery`
  const look = (userAgent: string) =>
    fetch(`${system.url}/watch/${videoId}`, { headers: { 'User-Agent': userAgent } }).then((answer) => answer.text())
  await Promise.all([look('Slackbot-LinkExpanding 1.0'), look('Slackbot-LinkExpanding 1.0'), look(browser)])
  await send(ada, 'POST', '/api/vpubs', { slug: 'a-room', name: 'A room' })
  expect((await send(ada, 'POST', '/api/vpubs/a-room/posts', { videoId })).ok).toBe(true)
  for (const reader of ['Feedly/1.0 (+http://www.feedly.com/fetcher.html)', browser])
    expect((await fetch(`${system.url}/v/a-room/feed.xml`, { headers: { 'User-Agent': reader } })).status).toBe(200)
  const rows = await until(
    () => read<DiscoveryRow[]>(ada, path),
    (found) => found.length === 3 && found.some(({ kind, count }) => kind === 'unfurl' && count === 2),
  )
  expect(rows.map(({ kind, name, count }) => [kind, name, count]).sort()).toEqual([
    ['feed', 'Feedly', 1],
    ['oembed', 'WordPress', 2],
    ['unfurl', 'Slack', 2],
  ])
  expect((await send(bob, 'GET', path)).status).toBe(404)
})

test('a browser that asks not to be counted gets no viewer hash', async () => {
  const { token } = await bootOf(await showEmbed('quiet.example', { 'Sec-GPC': '1' }))
  expect(JSON.parse(Buffer.from(token.split('.')[2]!, 'base64url').toString())).toMatchObject({ viewer: '' })
})

test('an owner has the plays of a video forgotten, and it counts anew', async () => {
  const path = `/api/videos/${videoId}/views`
  await until(
    () => read<ViewsDetails>(ada, path),
    ({ totals }) => totals.starts >= 3,
  )
  expect((await send(bob, 'DELETE', path)).status).toBe(404)
  expect((await send(ada, 'DELETE', path)).status).toBe(202)
  await until(
    () => read<ViewsDetails>(ada, path),
    ({ totals }) => totals.loads === 0,
    20_000,
  )
  await play('again.example')
  const after = await until(
    () => read<ViewsDetails>(ada, path),
    ({ totals }) => totals.starts > 0,
  )
  expect(after.totals.starts).toBe(1)
})
