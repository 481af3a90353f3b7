import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { endless, type TestQueries, testQueries } from '#support/clickhouse-queries.ts'

let server: TestClickHouse
let ask: TestQueries

beforeAll(async () => {
  server = await startClickHouse()
  ask = testQueries(server)
})
beforeEach(() => ask.createNote())
afterAll(() => server?.stop())

test('tiny queries are answered while slow ones run', async () => {
  const stop = new AbortController()
  const slow = Array.from({ length: 7 }, () => ask.column(endless, {}, stop.signal).catch(() => 'stopped'))
  await running(7)
  for (let id = 0; id < 5; id++) expect(await ask.column(`SELECT ${id}`)).toEqual([id])
  expect(await countRunning()).toBe(7)
  stop.abort()
  expect(await Promise.all(slow)).toEqual(Array(7).fill('stopped'))
  await running(0)
})

test('a caller that goes away ends its query and frees its connection', async () => {
  for (let round = 0; round < 3; round++) {
    const stop = new AbortController()
    const slow = Array.from({ length: 12 }, () => ask.column(endless, {}, stop.signal).catch(() => 'stopped'))
    await until(async () => (await exchangeFiles()).filter((name) => name.endsWith('.out')).length === 8)
    stop.abort()
    await Promise.all(slow)
  }
  expect(await ask.column('SELECT 1')).toEqual([1])
  await running(0)
})

test('too many queries are refused at once, and the others answered', async () => {
  const client = createClient({ url: server.url, max_open_connections: 400, log: { level: ClickHouseLogLevel.OFF } })
  const answers = await Promise.allSettled(
    Array.from({ length: 200 }, () =>
      client.query({ query: 'SELECT sleep(0.2)', format: 'JSONEachRow' }).then((r) => r.text()),
    ),
  )
  const refused = answers.filter((answer) => answer.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(100)
  for (const answer of refused)
    expect(answer.reason).toMatchObject({ code: '202', type: 'TOO_MANY_SIMULTANEOUS_QUERIES' })
  expect(await ask.column('SELECT 1')).toEqual([1])
  await client.close()
})

test('an insert whose caller goes away while sending stores nothing', async () => {
  const { origin, username, password } = new URL(server.url)
  const caller = request(`${origin}/?query=INSERT+INTO+qqvideo.note+FORMAT+TSV`, {
    method: 'POST',
    auth: `${username}:${password}`,
  })
  caller.on('error', () => {})
  caller.write('1\ta\n')
  await until(async () => (await exchangeFiles()).length > 0)
  caller.destroy()
  await until(async () => (await exchangeFiles()).length === 0)
  expect(await ask.column('SELECT count() FROM note')).toEqual([0])
})

async function countRunning(): Promise<number> {
  return Number(
    (
      await ask.column(
        "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64(number) = 1%' AND query NOT LIKE '%processes%'",
      )
    )[0],
  )
}

async function running(count: number): Promise<void> {
  await until(async () => (await countRunning()) === count)
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(10)
}

/** Of requests in flight. */
async function exchangeFiles(): Promise<string[]> {
  return readdir(join(server.folder, 'exchange'))
}
