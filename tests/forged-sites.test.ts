import { mkdtemp, rm } from 'node:fs/promises'
import { type RequestOptions, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { EmbedBoot, OpenAnswer } from '#contract/embed.ts'
import type { PlayState } from '#contract/play-state.ts'
import type { Breakdown, NotCounted } from '#contract/views.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playState, testKey } from '#support/plays.ts'
import { until } from '#support/until.ts'
import { mostOpeningsPerHour, mostOpeningsPerNetworkAndVideo } from '../services/api/visitor/opening-counter.ts'
import { startBeacon } from '../services/beacon/start-beacon.ts'

/** One machine that invents everything a request can say, and neighbours on other networks who are honest. */
const forger = '127.0.0.1'
const neighbour = '127.0.1.1'
const invented = 600

let api: TestApi
let ada: Person
let folder: string
let collector: Awaited<ReturnType<typeof startBeacon>>
let videoId: string

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url, 'Ada')
  folder = await mkdtemp(join(tmpdir(), 'forged-sites-'))
  collector = await startBeacon({
    ...{ PORT: 0, HOST: '127.0.0.1', LOG_LEVEL: 'silent' },
    ...{ CLICKHOUSE_URL: api.clickhouse.url, SIGNING_KEYS: [testKey] },
    ...{ SPOOL_FOLDER: join(folder, 'spool'), SPOOL_MAX_BYTES: 100_000_000 },
  })
})

beforeEach(async () => {
  videoId = await api.addVideo(ada)
})

afterAll(async () => {
  await collector?.stop()
  await api?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('of 600 sites that one machine invents under 600 names of browsers, no more count than of a school, and the others can be looked at', async () => {
  await atOnce(invented, (number) => playOn(`invented${number}.example`, { agent: browserNamed(number) }))
  await playOn('honest.example', { from: neighbour })
  const counted = await sitesOnce(
    '',
    (sites) => sites.has('honest.example') && sites.size > mostOpeningsPerNetworkAndVideo,
  )
  expect(counted.size).toBe(mostOpeningsPerNetworkAndVideo + 1)
  const all = await sitesOnce('counting=raw&', (sites) => sites.size > invented)
  expect(all.size).toBe(invented + 1)
  expect(await reasons()).toEqual([['tooManyPlays', invented - mostOpeningsPerNetworkAndVideo]])
})

test('of 600 sites that one browser invents count as many as a person may open in an hour', async () => {
  await atOnce(invented, (number) => playOn(`invented${number}.example`))
  // Who sits beside it with another browser opens as before.
  await playOn('honest.example', { agent: browserNamed(1) })
  const counted = await sitesOnce('', (sites) => sites.has('honest.example') && sites.size > mostOpeningsPerHour)
  expect(counted.size).toBe(mostOpeningsPerHour + 1)
  expect(await reasons()).toEqual([['tooManyPlays', invented - mostOpeningsPerHour]])
})

test('one token that is opened for 600 invented sites is one play on one site', async () => {
  const { token } = await load('first.example', {})
  await atOnce(invented, async (number) => {
    const site = `https://invented${number}.example`
    const page = { origin: site, url: `${site}/page`, title: 'Invented' }
    const opened = await openPlay(token, { ancestors: [site], isTop: false, page }, {})
    await tell(opened, {}, number + 1)
  })
  await sitesOnce('counting=raw&', (sites) => sites.size > 0)
  await until(
    async () => (await stored()).lastSeq,
    (lastSeq) => lastSeq === invented,
  )
  expect((await stored()).plays).toBe(1)
  const sites = await sitesOnce('counting=raw&', () => true)
  expect([...sites.values()]).toEqual([1])
})

test('a token for one video opens no other, and an opened one is not judged again', async () => {
  const other = await api.addVideo(ada)
  const { token } = await load('first.example', {})
  const answer = await ask(forger, `/embed/${other}/open`, { token, ancestors: ['https://evil.example'] }, {})
  expect([answer.status, JSON.parse(answer.body).error.code]).toEqual([403, 'token_invalid'])
  const opened = await openPlay(token, { ancestors: ['https://first.example'], isTop: false }, {})
  const again = await openPlay(opened, { ancestors: ['https://evil.example'], isTop: false }, {})
  await tell(again, {}, 1)
  expect([...(await sitesOnce('', (sites) => sites.size > 0)).keys()]).toEqual(['first.example'])
})

interface Who {
  from?: string
  agent?: string
}

/** As a browser does whose page embeds the player: load, open, start. */
async function playOn(site: string, who: Who = {}): Promise<void> {
  const { token } = await load(site, who)
  const signals = { ancestors: [`https://${site}`], isTop: false }
  await tell(await openPlay(token, signals, who), who, 1)
}

async function load(site: string, who: Who): Promise<EmbedBoot> {
  const headers = { referer: `https://${site}/page`, 'sec-fetch-dest': 'iframe' }
  const { body } = await ask(who.from, `/embed/${videoId}`, undefined, { ...headers, ...agentOf(who) })
  return JSON.parse(/<script type="application\/json"[^>]*>([^<]+)</.exec(body)![1]!)
}

async function openPlay(token: string, signals: object, who: Who): Promise<string> {
  const { status, body } = await ask(who.from, `/embed/${videoId}/open`, { token, ...signals }, agentOf(who))
  expect(status).toBe(200)
  return (JSON.parse(body) as OpenAnswer).token
}

async function tell(token: string, who: Who, seq: number): Promise<void> {
  const state: PlayState = playState({ started: 'person' })
  const headers = agentOf(who)
  const answer = await fetch(`http://127.0.0.1:${collector.port}/beacon`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token, seq, state }),
  })
  expect(answer.status).toBe(204)
}

function agentOf({ agent = browserNamed(0) }: Who): Record<string, string> {
  return { 'user-agent': agent }
}

function browserNamed(number: number): string {
  return `Mozilla/5.0 (X11; Linux x86_64; rv:${number}.0) Gecko/20100101 Firefox/${number}.0`
}

/** From an address of this machine; all of them are this machine's. */
async function ask(
  localAddress: string = forger,
  path: string,
  body: object | undefined,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  const options: RequestOptions = { method: body ? 'POST' : 'GET', localAddress, headers }
  return new Promise((resolve, reject) => {
    const asking = request(`${api.url}${path}`, options, async (answer) =>
      resolve({ status: answer.statusCode!, body: await text(answer) }),
    )
    asking.on('error', reject)
    asking.end(body && JSON.stringify(body))
  })
}

async function atOnce(times: number, act: (number: number) => Promise<void>): Promise<void> {
  let next = 0
  const actor = async () => {
    for (let number = next++; number < times; number = next++) await act(number)
  }
  await Promise.all(Array.from({ length: 8 }, actor))
}

/** Starts by site, once they are as they should be. */
async function sitesOnce(
  query: string,
  isRight: (sites: Map<string, number>) => boolean,
): Promise<Map<string, number>> {
  return until(async () => {
    const sites = new Map<string, number>()
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Breakdown = await read<Breakdown>(`/by/site?${query}limit=500${cursor && `&cursor=${cursor}`}`)
      for (const { value, starts } of page.rows) sites.set(value, starts)
      cursor = page.next
    }
    return sites
  }, isRight)
}

async function reasons(): Promise<[string, number][]> {
  return (await read<NotCounted>('/not-counted')).reasons.map(({ mark, plays }) => [mark, plays])
}

async function read<Answer>(path: string): Promise<Answer> {
  return (await (await ada.request(`/api/videos/${videoId}/views${path}`)).json()) as Answer
}

async function stored(): Promise<{ plays: number; lastSeq: number }> {
  const query = `SELECT toUInt32(count()) AS plays, toUInt32(max(bitShiftRight(last_word, 43))) AS lastSeq
                 FROM merged_play WHERE video_id = {videoId:String}`
  const answer = await api.clickhouse.client.query({ query, query_params: { videoId }, format: 'JSONEachRow' })
  return (await answer.json<{ plays: number; lastSeq: number }>())[0]!
}
