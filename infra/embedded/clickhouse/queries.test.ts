import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { type TestQueries, testQueries } from '#support/clickhouse-queries.ts'

// What the stock client may expect of a ClickHouse server, asked of the embedded one.

let server: TestClickHouse
let ask: TestQueries

beforeAll(async () => {
  server = await startClickHouse()
  ask = testQueries(server)
})
beforeEach(() => ask.createNote())
afterAll(() => server?.stop())

test('answer pings, with and without a SELECT', async () => {
  expect(await server.client.ping()).toEqual({ success: true })
  expect(await server.client.ping({ select: true })).toEqual({ success: true })
  expect(await (await fetch(new URL('/ping', new URL(server.url).origin))).text()).toBe('Ok.\n')
})

test('run in the database of the URL', async () => {
  expect(await ask.column('SELECT currentDatabase()')).toEqual(['qqvideo'])
  expect(await ask.column("SELECT engine FROM system.databases WHERE name = 'qqvideo'")).toEqual(['Atomic'])
})

test('are answered in every format asked for, byte for byte', async () => {
  expect(JSON.parse(await text('SELECT 1 AS a FORMAT JSON'))).toMatchObject({ data: [{ a: 1 }], rows: 1 })
  expect(await text("SELECT 'a\\tb' AS a FORMAT TabSeparatedWithNames")).toBe('a\na\\tb\n')
  expect(await text("SELECT 'a,b' AS a, 2 AS b FORMAT CSVWithNames")).toBe('"a","b"\n"a,b",2\n')
  expect((await ask.bytes("SELECT unhex('00ff80') FORMAT RowBinary")).toString('hex')).toBe('0300ff80')
  const parquet = await ask.bytes('SELECT number FROM numbers(1000) FORMAT Parquet SETTINGS max_threads = 1')
  expect([parquet.subarray(0, 4).toString(), parquet.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1'])
})

test('without rows still answer what their format begins and ends with', async () => {
  expect(JSON.parse(await text('SELECT 1 AS a WHERE 0 FORMAT JSON'))).toMatchObject({ data: [], rows: 0 })
  expect(await text('SELECT 1 AS a WHERE 0 FORMAT CSVWithNames')).toBe('"a"\n')
  expect(await text('SELECT 1 AS a WHERE 0 FORMAT JSONEachRow')).toBe('')
})

test('may be any statement that answers rows', async () => {
  expect(await ask.column('EXISTS TABLE note')).toEqual([1])
  expect(await ask.column('DESCRIBE TABLE note')).toEqual(['id', 'text'])
  expect(await ask.column('SHOW TABLES')).toEqual(['note'])
  expect(await ask.column('(SELECT 1) UNION ALL (SELECT 1)')).toEqual([1, 1])
  expect(await ask.column('WITH 2 AS two SELECT two -- the end')).toEqual([2])
  expect((await ask.column('EXPLAIN SELECT * FROM note')).length).toBeGreaterThan(0)
  await expect(ask.column('EXPLAIN AST SELECT 1')).rejects.toMatchObject({ code: '48' })
})

test('may use words of the grammar as names, and end in comments and semicolons', async () => {
  expect(await ask.column('SELECT format FROM (SELECT 1 AS format)')).toEqual([1])
  expect(await text("SELECT $x$ a;b' $x$ /* ; /* nested */ */ ; # the end")).toBe(" a;b\\' \n")
  expect((await ask.bytes("SELECT ';' AS settings FORMAT TSV SETTINGS max_threads = 1;")).toString()).toBe(';\n')
})

test('tell how many rows they answer, and inserts what they wrote', async () => {
  const read = await server.client.exec({ query: 'SELECT sum(number) FROM numbers(1000)' })
  read.stream.resume()
  expect(read.summary).toMatchObject({ result_rows: '1', written_rows: '0' })
  const written = await ask.insertTsv('1\ta\n2\tb\n')
  expect(written.summary).toMatchObject({ written_rows: '2' })
  expect(written.response_headers['x-clickhouse-query-id']).toBe(written.query_id)
})

test('stream large results', async () => {
  const result = await server.client.query({
    query: 'SELECT number, toString(number) AS text FROM numbers(500000)',
    format: 'JSONEachRow',
  })
  let rows = 0
  let sum = 0
  for await (const chunk of result.stream<{ number: string }>()) {
    rows += chunk.length
    sum += Number(chunk.at(-1)!.json().number)
  }
  expect(rows).toBe(500_000)
  expect(sum).toBeGreaterThan(499_999)
})

test.each(['gzip', 'zstd'] as const)(
  'are compressed with %s in both directions when the client asks',
  async (codec) => {
    const client = createClient({
      url: server.url,
      compression: { request: { codec }, response: { codec } },
    })
    await client.insert({ table: 'note', values: [{ id: 1, text: 'packed '.repeat(1000) }], format: 'JSONEachRow' })
    const result = await client.query({ query: 'SELECT text FROM note', format: 'JSONEachRow' })
    expect(result.response_headers['content-encoding']).toBe(codec)
    expect(await result.json()).toEqual([{ text: 'packed '.repeat(1000) }])
    await client.close()
  },
)

async function text(sql: string): Promise<string> {
  return (await ask.bytes(sql)).toString()
}
