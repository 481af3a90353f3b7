import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ErrorBody } from '#contract/errors.ts'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import { type Beacon, nothingCovered } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { breakdownQuerySchema, type ViewsDetails, type ViewsFilter } from '#contract/views.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { readCollectorHealth } from '#support/collector.ts'
import { beacon, firstParts, playState, playToken, testKey, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { until } from '#support/until.ts'
import { migrateClickHouse } from '../infra/clickhouse/migrate.ts'
import { readBreakdown } from '../services/api/views/breakdown.ts'
import { readNotCounted } from '../services/api/views/not-counted.ts'
import { readViewsDetails } from '../services/api/views/views-details.ts'
import { startBeacon } from '../services/beacon/start-beacon.ts'
import { type SigningKey, signMediaToken, signPlayToken } from '../services/tokens/signed-token.ts'

const videoId = newVideoId()
const nowMs = Date.now()
const agentNumber = crc32(browser)
const otherBrowser = browser.replaceAll('140.0', '139.0')
const strangersKey: SigningKey = { id: testKey.id, secret: 'a secret that somebody made up by himself' }

let clickhouse: TestClickHouse
let folder: string
let collector: Awaited<ReturnType<typeof startBeacon>>

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
  folder = await mkdtemp(join(tmpdir(), 'forgery-'))
  collector = await startBeacon({
    PORT: 0,
    HOST: '127.0.0.1',
    CLICKHOUSE_URL: clickhouse.url,
    SIGNING_KEYS: [testKey],
    SPOOL_FOLDER: join(folder, 'spool'),
    SPOOL_MAX_BYTES: 100_000_000,
    LOG_LEVEL: 'silent',
  })
})
afterAll(async () => {
  await collector?.stop()
  await clickhouse?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** What forgers send, how it is answered, and how many of them make a play that is kept and not counted. */
const forgeries: Record<
  string,
  { make(at: number): Forged; answer: string; newPlays: 'each' | 'per victim' | 'none' }
> = {
  'a token that is none': {
    make: () => ({ beacon: { ...honest(), token: 'v1.test.e30.AAAA' } }),
    answer: '403 token_invalid',
    newPlays: 'none',
  },
  'a token that a stranger signed': {
    make: () => ({ beacon: beacon({ key: strangersKey, token: mine({}), state: watched(58) }) }),
    answer: '403 token_invalid',
    newPlays: 'none',
  },
  'a token of which the end is missing': {
    make: (at) => ({ beacon: { ...honest(), token: tokenOf(victim(at)).slice(0, -1 - (at % 60)) } }),
    answer: '403 token_invalid',
    newPlays: 'none',
  },
  'a token of another video that was turned into one of this': {
    make: () => ({ beacon: { ...honest(), token: withVideo(tokenOf(playToken({ videoId: newVideoId() }))) } }),
    answer: '403 token_invalid',
    newPlays: 'none',
  },
  'a token for media': {
    make: () => {
      const media = { prefix: `videos/${videoId}/a1/ladder`, playId: newPlayId(), expiresAtMs: Date.now() + 60_000 }
      return { beacon: { ...honest(), token: signMediaToken(testKey, media) } }
    },
    answer: '403 token_invalid',
    newPlays: 'none',
  },
  'a token of long ago': {
    make: () => ({ beacon: beacon({ token: mine({ expiresAtMs: nowMs - 120_000 }), state: watched(58) }) }),
    answer: '403 token_expired',
    newPlays: 'none',
  },
  'a report of deliveries without the key': {
    make: () => ({ path: '/beacon/deliveries', beacon: honest() }),
    answer: '403 token_invalid',
    newPlays: 'none',
  },
  'the same beacon again': {
    make: (at) => ({ beacon: { token: tokenOf(victim(at)), seq: 1, state: watched(12) } }),
    answer: '204',
    newPlays: 'none',
  },
  'the token of a play from another browser': {
    make: (at) => ({ beacon: { token: tokenOf(victim(at)), seq: 9, state: watched(200) }, agent: otherBrowser }),
    answer: '204',
    newPlays: 'per victim',
  },
  'more watched than time passed': {
    make: () => ({ beacon: beacon({ token: mine({ issuedAtMs: Date.now() - 1_000 }), state: watched(58) }) }),
    answer: '204',
    newPlays: 'each',
  },
  'more covered than watched': {
    make: () => ({ beacon: beacon({ token: mine({}), state: watched(2, { covered: firstParts(100) }) }) }),
    answer: '204',
    newPlays: 'each',
  },
  'stalls of weeks': {
    make: () => ({ beacon: beacon({ token: mine({}), state: watched(2, { stallMs: 4e9, stalls: 60_000 }) }) }),
    answer: '204',
    newPlays: 'each',
  },
  'watching without a start': {
    make: () => ({ beacon: beacon({ token: mine({}), state: playState({ watchedMs: 60_000 }) }) }),
    answer: '204',
    newPlays: 'each',
  },
  'a machine in a data centre': {
    make: () => ({ beacon: beacon({ token: mine({ isHosting: true }), state: watched(58) }) }),
    answer: '204',
    newPlays: 'each',
  },
  'the hundredth opening of one viewer': {
    make: () => ({ beacon: beacon({ token: mine({ isExcess: true }), state: watched(58) }) }),
    answer: '204',
    newPlays: 'each',
  },
}

interface Forged {
  beacon: Beacon
  agent?: string
  path?: string
}

const kinds = Object.values(forgeries)
const count = 10_000

test('ten thousand forged, replayed and impossible beacons change no number that counts, and all are told', async () => {
  for (const token of victims) {
    expect(await send({ beacon: { token: tokenOf(token), seq: 1, state: watched(12) } })).toBe('204')
  }
  await until(
    () => read(),
    ({ totals }) => totals.loads === victims.length,
  )
  const [before, pagesBefore] = [await read(), await readPages()]
  expect(before.totals).toMatchObject({ starts: 20, views: 20, watchedMs: 20 * 12_000, notCounted: 0 })

  const answers = new Map<string, number>()
  await sendAll((answer) => answers.set(answer, (answers.get(answer) ?? 0) + 1))

  const share = (answer: string) =>
    kinds.flatMap((kind, at) => (kind.answer === answer ? [timesOf(at)] : [])).reduce((sum, times) => sum + times, 0)
  for (const answer of ['204', '403 token_invalid', '403 token_expired'])
    expect(answers.get(answer)).toBe(share(answer))
  expect((await readCollectorHealth(collector.port)).refused).toEqual({
    token_invalid: share('403 token_invalid'),
    token_expired: share('403 token_expired'),
  })

  const kept = kinds
    .flatMap((kind, at) =>
      kind.newPlays === 'each' ? [timesOf(at)] : kind.newPlays === 'none' ? [] : [victims.length],
    )
    .reduce((sum, plays) => sum + plays, 0)
  const after = await until(
    () => read(),
    ({ totals }) => totals.notCounted === kept,
  )
  expect({ ...after, totals: { ...after.totals, notCounted: 0 } }).toEqual(before)
  expect(await readPages()).toEqual(pagesBefore)
  expect((await read({ counting: 'raw' })).totals.loads).toBe(victims.length + kept)
  const { reasons } = await readNotCounted(clickhouse.client, { videoIds: [videoId], filter: {} })
  expect(new Set(reasons.map(({ mark }) => mark))).toEqual(
    new Set(['replayedToken', 'impossibleWatch', 'impossibleCover', 'hostingNetwork', 'tooManyPlays']),
  )
}, 120_000)

/** Twenty people who watched twelve seconds each, and whose tokens somebody took. */
const victims = Array.from({ length: 20 }, () => playToken({ ...mine({}), playId: newPlayId() }))

function victim(at: number): PlayToken {
  return victims[Math.floor(at / kinds.length) % victims.length]!
}

function mine(what: Partial<PlayToken>): Partial<PlayToken> {
  return { videoId, agent: agentNumber, ...what }
}

function honest(): Beacon {
  return { token: tokenOf(victims[0]!), seq: 2, state: playState({ covered: nothingCovered }) }
}

function tokenOf(token: PlayToken): string {
  return signPlayToken(testKey, token)
}

/** The payload says this video, under the signature of another. */
function withVideo(token: string): string {
  const [version, key, payload = '', signature] = token.split('.')
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), videoId }
  return [version, key, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.')
}

function timesOf(kind: number): number {
  return Math.floor(count / kinds.length) + (kind < count % kinds.length ? 1 : 0)
}

async function sendAll(heard: (answer: string) => void): Promise<void> {
  let next = 0
  const sender = async () => {
    for (let at = next++; at < count; at = next++) {
      const { make, answer } = kinds[at % kinds.length]!
      const got = await send(make(at))
      expect(got).toBe(answer)
      heard(got)
    }
  }
  await Promise.all(Array.from({ length: 32 }, sender))
}

async function send({ beacon, agent = browser, path = '/beacon' }: Forged): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${collector.port}${path}`, {
    method: 'POST',
    headers: { 'user-agent': agent },
    body: JSON.stringify(beacon),
  })
  const text = await answer.text()
  return answer.status === 204 ? '204' : `${answer.status} ${(JSON.parse(text) as ErrorBody).error.code}`
}

function read(filter: ViewsFilter = {}): Promise<ViewsDetails> {
  const subject = { kind: 'video' as const, id: videoId, title: '', videos: 1, durationMs: 60_000, posterUrl: null }
  const question = { subject, videoIds: [videoId], filter, nowMs: nowMs + 10 * 60_000, delayedSinceMs: null }
  return readViewsDetails(clickhouse.client, question)
}

function readPages() {
  const wanted = breakdownQuerySchema.parse({})
  return readBreakdown(clickhouse.client, { videoIds: [videoId], filter: {} }, { by: 'page', wanted, nowMs })
}
