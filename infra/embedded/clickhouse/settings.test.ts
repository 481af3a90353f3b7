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

const changed = 'SELECT name FROM system.settings WHERE changed ORDER BY name'

test('hold for their request and for no later one, on every connection', async () => {
  const before = await ask.column(changed)
  const settings = {
    max_threads: 1,
    max_block_size: '1000',
    insert_deduplication_token: 'once',
    join_use_nulls: 1,
  } as const
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      const inside = await server.client.query({
        query: changed,
        clickhouse_settings: settings,
        format: 'JSONCompactEachRow',
      })
      expect((await inside.json<string[]>()).flat()).toEqual(expect.arrayContaining(Object.keys(settings)))
    }),
  )
  const after = await Promise.all(Array.from({ length: 32 }, () => ask.column(changed)))
  for (const names of after) expect(names).toEqual(before)
})

test('of a request that failed hold for no later one either', async () => {
  const before = await ask.column(changed)
  const failing = () =>
    server.client
      .query({ query: 'SELECT throwIf(1)', clickhouse_settings: { max_threads: 1 } })
      .catch((error: { code: string }) => error.code)
  expect(await Promise.all(Array.from({ length: 16 }, failing))).toEqual(Array(16).fill('395'))
  for (let request = 0; request < 16; request++) expect(await ask.column(changed)).toEqual(before)
})

test('given inside the statement, by SET or USE, hold for that request only', async () => {
  await ask.command('SET max_threads = 1')
  await ask.command('USE system')
  await ask.command('CREATE TEMPORARY TABLE passing (a UInt8)')
  for (let request = 0; request < 16; request++) {
    expect(
      await ask.column("SELECT currentDatabase() || toString(changed) FROM system.settings WHERE name = 'max_threads'"),
    ).toEqual(['qqvideo0'])
    expect(await ask.column('EXISTS TEMPORARY TABLE passing')).toEqual([0])
  }
})

test('that do not exist are an error', async () => {
  const query = server.client.query({ query: 'SELECT 1', clickhouse_settings: { no_such_setting: 1 } as never })
  await expect(query).rejects.toMatchObject({ code: '115' })
})

test('a deduplication token makes a repeated insert one, and says nothing about later inserts', async () => {
  const first = { insert_deduplication_token: 'segment-1' }
  await ask.insertTsv('1\ta\n', 'note', first)
  await ask.insertTsv('1\ta\n', 'note', first)
  expect(await ask.column('SELECT count() FROM note')).toEqual([1])
  await ask.insertTsv('2\tb\n', 'note', { insert_deduplication_token: 'segment-2' })
  await ask.insertTsv('3\tc\n')
  await ask.insertTsv('4\td\n')
  expect(await ask.column('SELECT count() FROM note')).toEqual([4])
})

test('max_execution_time ends a query', async () => {
  const slow = server.client.query({ query: endless, clickhouse_settings: { max_execution_time: 1 } })
  await expect(slow).rejects.toMatchObject({ code: '159', type: 'TIMEOUT_EXCEEDED' })
})
