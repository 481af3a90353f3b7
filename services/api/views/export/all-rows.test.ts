import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../../infra/clickhouse/migrate.ts'
import type { Chosen } from '../ask-plays.ts'
import { allBreakdownRows, allHealthRows } from './all-rows.ts'

const openedMs = Date.UTC(2026, 4, 20, 12)
// More than any page of rows ever was.
const pageCount = 25_000

let clickhouse: TestClickHouse
let chosen: Chosen
let videoId: string

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

beforeEach(async () => {
  videoId = newVideoId()
  chosen = { videoIds: [videoId], filter: {} }
  await addPlays(0, pageCount)
})

const byPage = (signal = new AbortController().signal) => {
  const wanted = { sort: 'starts', direction: 'desc' } as const
  const given = { by: 'page', wanted, nowMs: Date.now(), isLiveHidden: false, signal } as const
  return allBreakdownRows(clickhouse.client, chosen, given)
}
const ofHealth = (signal = new AbortController().signal) => allHealthRows(clickhouse.client, chosen, signal)

test.each([
  ['pages', async () => readWhilePlaysArrive(byPage(), ({ value }) => value)],
  ['health', async () => readWhilePlaysArrive(ofHealth(), ({ page }) => page)],
])('an export of %s is of one moment: each row comes once and none is missing while plays arrive', async (_, read) => {
  const { names, loads } = await read()
  expect(names).toHaveLength(pageCount)
  expect(new Set(names).size).toBe(pageCount)
  expect(loads).toBe(pageCount)
})

test('an export holds few rows at a time', async () => {
  const sizes: number[] = []
  for await (const rows of byPage()) sizes.push(rows.length)
  expect(Math.max(...sizes)).toBeLessThan(5_000)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(pageCount)
})

test('what was left before its first row came is asked no further', async () => {
  const leaving = new AbortController()
  const first = byPage(leaving.signal).next()
  leaving.abort()
  await expect(first).rejects.toThrow('abort')
})

/** While it is read, the pages at its end become the first ones, and new ones come. */
async function readWhilePlaysArrive<Row extends { loads: number }>(
  batches: AsyncIterable<Row[]>,
  nameOf: (row: Row) => string,
) {
  const names: string[] = []
  let loads = 0
  for await (const rows of batches) {
    if (names.length === 0) await addPlays(12_000, pageCount + 5_000)
    for (const row of rows) loads += row.loads
    names.push(...rows.map(nameOf))
  }
  return { names, loads }
}

async function addPlays(fromPage: number, toPage: number): Promise<void> {
  const pages = Array.from({ length: toPage - fromPage }, (_, at) => `https://news.example/${fromPage + at}`)
  const token = (page: string) => playToken({ videoId, page, issuedAtMs: openedMs })
  await storePlays(
    clickhouse.client,
    pages.map((page) => ({ token: token(page), state: watched(30), receivedAtMs: openedMs + 60_000 })),
  )
}
