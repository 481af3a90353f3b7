import { readdir } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EmbedHealth } from '#contract/embed-health.ts'
import type { ErrorBody } from '#contract/errors.ts'
import { type Breakdown, dimensions, type NotCounted, type RetentionCurve, type Timeline } from '#contract/views.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { playState, playToken, watched } from '#support/plays.ts'
import { rarely } from '#support/rarely.ts'
import { type SeenBeacon, storePlays } from '#support/store-plays.ts'
import { until } from '#support/until.ts'
import type { ExportedPlay } from './plays.ts'

const hour = 60 * 60_000
const nowMs = Math.floor(Date.now() / hour) * hour - 10 * hour
const evil = '=HYPERLINK("https://evil.example","a")'

let api: TestApi
let ada: Person
let film: string
let views: string

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url, 'Ada')
  film = await api.addVideo(ada, { title: 'Kites: "in" spring 风筝' })
  views = `/api/videos/${film}/views`
  await storePlays(api.clickhouse.client, somePlays())
})

afterAll(() => api?.stop())

/** 60 plays on 7 sites over 20 hours, with all that a column can hold. */
function somePlays(): SeenBeacon[] {
  return Array.from({ length: 60 }, (_, number) => ({
    token: playToken({
      videoId: film,
      site: `site${number % 7}.example`,
      page: number % 4 === 0 ? '' : `https://site${number % 7}.example/${number % 3}`,
      country: ['DE', 'FR', 'CN', ''][number % 4]!,
      device: (['desktop', 'mobile', ''] as const)[number % 3]!,
      language: ['de', 'zh'][number % 2]!,
      embedKey: number % 5 === 0 ? evil : '',
      referrer: number % 6 === 0 ? 'search.example' : '',
      grade: number % 2 === 0 ? 'attested' : 'reported',
      isOwn: number % 10 === 0,
      issuedAtMs: nowMs - number * (hour / 3),
    }),
    state: number % 8 === 0 ? playState() : watched(number, { stalls: number % 2, stallMs: (number % 2) * 400 }),
    receivedAtMs: nowMs - number * (hour / 3) + 60_000,
  }))
}

async function json<Body>(path: string): Promise<Body> {
  const answer = await ada.request(path)
  expect(answer.status, path).toBe(200)
  return (await answer.json()) as Body
}

async function download(table: string, query: string): Promise<Response> {
  const answer = await ada.request(`${views}/export/${table}?${query}`)
  expect(answer.status, table).toBe(200)
  return answer
}

type Cells = Record<string, unknown>

async function parquetOf(table: string, query = ''): Promise<Cells[]> {
  const file = await (await download(table, `format=parquet&${query}`)).arrayBuffer()
  const compressors = { GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)) }
  return (await parquetReadObjects({ file, compressors })) as Cells[]
}

async function csvOf(table: string, query = ''): Promise<Record<string, string>[]> {
  const text = await (await download(table, `format=csv&${query}`)).text()
  const [header, ...lines] = parseCsv(text)
  return lines.map((line) => Object.fromEntries(header!.map((name, index) => [name, line[index]!])))
}

/** RFC 4180, read by the letter. `fetch` has taken the mark of the encoding away. */
function parseCsv(text: string): string[][] {
  const cells = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)]
  expect(cells.map(([whole]) => whole).join('')).toBe(text)
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of cells) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end !== ',') rows.push([])
  }
  return rows.slice(0, -1)
}

/** A Parquet row as CSV writes it. */
function asText(row: Cells): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)]))
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  const text = String(value ?? '')
  return typeof value === 'string' && text.startsWith('=') ? `'${text}` : text
}

const queries = ['sort=value&direction=asc', 'counting=raw&country=DE', 'search=e', 'search=e&values=DE&values=']

describe('an export has exactly the rows of the page', () => {
  test.each(dimensions)('by %s, in all three formats', async (dimension) => {
    for (const query of ['', ...(dimension === 'country' ? queries : rarely(queries))]) {
      const page = await json<Breakdown>(`${views}/by/${dimension}?limit=500&${query}`)
      expect(page.next).toBeNull()
      expect(await (await download(dimension, `format=json&${query}`)).json()).toEqual(page.rows)
      const csv = await csvOf(dimension, query)
      expect(csv.map((row) => [row[dimension]!.replace(/^'=/, '='), row.loads, row.viewers, row.watchedMs])).toEqual(
        page.rows.map((row) => [row.value, `${row.loads}`, `${row.viewers}`, `${row.watchedMs}`]),
      )
      expect(csv.map((row) => [Number(row.averageShare), row.firstSeen, row.startupP95Ms])).toEqual(
        page.rows.map((row) => [
          row.averageShare,
          new Date(row.firstSeenMs).toISOString(),
          String(row.quality.startupP95Ms ?? ''),
        ]),
      )
      expect((await parquetOf(dimension, query)).map(asText)).toEqual(csv)
    }
  })

  test('of the timeline, of retention, of health and of what is not counted', async () => {
    const timeline = await json<Timeline>(`${views}/timeline`)
    expect(await (await download('timeline', 'format=json')).json()).toEqual(timeline.points)
    const retention = await json<RetentionCurve[]>(`${views}/retention?sites=site1.example`)
    expect(await (await download('retention', 'format=json&sites=site1.example')).json()).toEqual(retention)
    const curves = await csvOf('retention', 'sites=site1.example')
    expect(curves.map((row) => Number(row.share))).toEqual(retention.flatMap((curve) => curve.shares))
    const health = await json<EmbedHealth>(`${views}/health?limit=500`)
    expect(await (await download('health', 'format=json')).json()).toEqual(health.rows)
    const notCounted = await json<NotCounted>(`${views}/not-counted`)
    expect(await (await download('not-counted', 'format=json')).json()).toEqual(notCounted.reasons)
    for (const table of ['timeline', 'retention', 'health', 'not-counted']) {
      const csv = await csvOf(table)
      expect(csv.length).toBeGreaterThan(0)
      expect((await parquetOf(table)).map(asText)).toEqual(csv)
    }
  })

  test('of several videos by video, and of one video not', async () => {
    const page = await json<Breakdown>('/api/me/views/by/video')
    const all = await ada.request('/api/me/views/export/video?format=json')
    expect(await all.json()).toEqual(page.rows)
    expect((await ada.request(`${views}/export/video`)).status).toBe(404)
  })
})

describe('single plays', () => {
  test('are all there, the oldest first, each with what it counts for and nothing of its viewer', async () => {
    const plays = (await (await download('plays', 'format=json')).json()) as ExportedPlay[]
    expect(plays).toHaveLength(60)
    expect(plays.map((play) => play.openedAtMs)).toEqual(plays.map((play) => play.openedAtMs).sort((a, b) => a - b))
    expect(new Set(plays.map((play) => play.playId)).size).toBe(60)
    const own = plays.filter((play) => !play.counts)
    expect(own.map((play) => play.reasons)).toEqual(own.map(() => ['ownPlay']))
    expect(own).toHaveLength(6)
    expect(Object.keys(plays[0]!)).not.toContain('viewer')
    const csv = await csvOf('plays')
    expect(csv.map((row) => row.playId)).toEqual(plays.map((play) => play.playId))
    expect((await parquetOf('plays')).map(asText)).toEqual(csv)
  })

  test('add up to the numbers of the page, and keep to its filter', async () => {
    const { rows } = await json<Breakdown>(`${views}/by/site?country=DE`)
    const plays = (await (await download('plays', 'format=json&counting=clean&country=DE')).json()) as ExportedPlay[]
    for (const row of rows) {
      const own = plays.filter((play) => play.site === row.value)
      expect(own.length).toBe(row.loads)
      expect(own.reduce((sum, play) => sum + play.watchedMs, 0)).toBe(row.watchedMs)
      expect(own.filter((play) => play.isViewed).length).toBe(row.views)
    }
    const [from, to] = [nowMs - 5 * hour, nowMs - 2 * hour]
    const some = (await (await download('plays', `format=json&fromMs=${from}&toMs=${to}`)).json()) as ExportedPlay[]
    expect(some.map((play) => play.openedAtMs >= from && play.openedAtMs < to)).toEqual(Array(9).fill(true))
  })

  test('explain themselves by the id that the export tells', async () => {
    const [play] = (await (await download('plays', 'format=json')).json()) as ExportedPlay[]
    expect(await json(`${views}/plays/${play!.playId}`)).toMatchObject({
      videoId: film,
      site: play!.site,
      watchedMs: play!.watchedMs,
    })
  })
})

describe('the file', () => {
  test('is named after the video, the table and the days', async () => {
    const query = `fromMs=${Date.UTC(2026, 0, 1)}&toMs=${Date.UTC(2026, 1, 1)}`
    const { headers } = await download('site', query)
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    const name = /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition')!)![1]!
    expect(decodeURIComponent(name)).toBe('Kites in spring 风筝 – site – 2026-01-01 to 2026-01-31.csv')
  })

  test('begins with the mark of UTF-8 and holds no formula', async () => {
    const bytes = Buffer.from(await (await download('key', 'format=csv')).arrayBuffer())
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(bytes.toString()).toContain(`"'${evil.replaceAll('"', '""')}",`)
    expect(bytes.toString()).not.toMatch(/(^|\r\n|,)"?=/)
  })

  test.each([
    ['site?format=xlsx', 400, 'bad_request'],
    ['sites', 404, 'not_found'],
    ['site?sort=size', 400, 'bad_request'],
    ['plays?grade=sure', 400, 'bad_request'],
  ])('%s is refused with a sentence', async (path, status, code) => {
    const answer = await ada.request(`${views}/export/${path}`)
    expect([answer.status, ((await answer.json()) as ErrorBody).error.code]).toEqual([status, code])
  })

  test('is for the owner of the video only', async () => {
    const bob = await signUp(api.url, 'Bob')
    expect((await bob.request(`${views}/export/plays`)).status).toBe(404)
  })
})

describe('100,000 plays', () => {
  const plays = 100_000
  let big: string

  beforeAll(async () => {
    big = await api.addVideo(ada)
    await api.clickhouse.client.command({
      query: `INSERT INTO play (video_id, hour, play_id, site, page, judgement, opened_at, last_word, definition_version, visible, started, watched_ms, duration_ms)
              SELECT {video:String}, toStartOfHour(opened), number + 1, concat('site', toString(number % 300), '.example'),
                     concat('https://site', toString(number % 300), '.example/', toString(number % 5000)),
                     bitShiftLeft(toUInt64(4), 32) + 1, opened, 1, 2, 1, 1, number % 60000, 60000
              FROM (SELECT number, toDateTime64('2026-03-01 00:00:00', 3, 'UTC') + INTERVAL number % 2000000 SECOND AS opened FROM numbers(${plays}))`,
      query_params: { video: big },
    })
  })

  function open(format: string, signal?: AbortSignal): Promise<IncomingMessage> {
    const options = { headers: { Cookie: ada.cookie }, signal }
    return new Promise((resolve, reject) => {
      get(`${api.url}/api/videos/${big}/views/export/plays?format=${format}`, options, resolve).on('error', reject)
    })
  }

  test.each(['csv', 'json', 'parquet'])('stream as %s, whole, with flat memory', async (format) => {
    const before = process.memoryUsage()
    let peak = 0
    let bytes = 0
    let lines = 0
    for await (const chunk of await open(format)) {
      bytes += chunk.length
      if (format !== 'parquet') for (const byte of chunk as Buffer) if (byte === 10) lines++
      const { heapUsed, external } = process.memoryUsage()
      peak = Math.max(peak, heapUsed + external - before.heapUsed - before.external)
    }
    if (format === 'csv') expect(lines).toBe(plays + 1)
    if (format === 'json') expect(lines).toBe(plays + 2)
    expect(bytes).toBeGreaterThan(1_000_000)
    // The api runs in this very process; uncollected garbage is in the number.
    expect(peak).toBeLessThan(150 * 2 ** 20)
  })

  test('are not read on for somebody who takes nothing, nor for somebody who left', async () => {
    const leaving = new AbortController()
    const answer = await open('json', leaving.signal)
    answer.on('error', () => {})
    expect(answer.statusCode).toBe(200)
    expect(await answersHeld()).toBeGreaterThan(0)
    leaving.abort()
    await until(answersHeld, (held) => held === 0)
  })

  test('are exported three times at once by one address and not four times', async () => {
    const leaving = new AbortController()
    const running = await Promise.all([1, 2, 3].map(() => open('json', leaving.signal)))
    for (const answer of running) answer.on('error', () => {})
    expect((await open('json')).statusCode).toBe(429)
    leaving.abort()
    await until(
      async () => (await ada.request(`${views}/export/site`)).status,
      (status) => status === 200,
    )
  })

  /** Answers that ClickHouse still has in hand: their files are deleted once they were sent or nobody wants them. */
  async function answersHeld(): Promise<number> {
    return (await readdir(`${api.clickhouse.folder}/exchange`)).filter((name) => name.endsWith('.out')).length
  }
})
