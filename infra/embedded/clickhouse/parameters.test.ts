import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { type TestQueries, testQueries } from '#support/clickhouse-queries.ts'

let server: TestClickHouse
let ask: TestQueries

beforeAll(async () => {
  server = await startClickHouse()
  ask = testQueries(server)
})
beforeEach(() => ask.createNote())
afterAll(() => server?.stop())

const texts = [
  '',
  "it's",
  '\\',
  '\t\n\r',
  '`"',
  '{other:String}',
  "'; DROP TABLE note; --",
  'ü😀\u2028',
  '\\N',
  '$x$',
  '%',
  '\\0',
]

test.each(texts)('carry the text %j unchanged', async (text) => {
  expect(await ask.column('SELECT {text:String}', { text })).toEqual([text])
  expect(await ask.column('SELECT {texts:Array(String)}[2]', { texts: ['a', text] })).toEqual([text])
  expect(await ask.column('SELECT {map:Map(String, String)}[{text:String}]', { map: { [text]: text }, text })).toEqual([
    text,
  ])
})

test('have the type that is written in the query', async () => {
  const types: [string, unknown, unknown][] = [
    ['UInt32', 4294967295, 4294967295],
    ['UInt128', 2n ** 70n, Number(2n ** 70n)],
    ['Int32', -5, -5],
    ['Float64', 0.1, 0.1],
    ['Bool', true, true],
    ['Nullable(String)', null, null],
    ['Array(Nullable(UInt8))', [1, null], [1, null]],
    ["DateTime('UTC')", new Date('2026-03-01T12:00:00Z'), '2026-03-01 12:00:00'],
    ["DateTime64(3, 'UTC')", new Date('2026-03-01T12:00:00.123Z'), '2026-03-01 12:00:00.123'],
    ['Date', '2026-03-01', '2026-03-01'],
    ['FixedString(2)', 'ab', 'ab'],
  ]
  for (const [type, given, answered] of types) {
    expect([type, await ask.column(`SELECT {value:${type}}`, { value: given })]).toEqual([type, [answered]])
  }
})

test('keep all digits of 64 bits', async () => {
  const most = 2n ** 64n - 1n
  expect(await ask.column('SELECT toString({value:UInt64})', { value: most })).toEqual([String(most)])
})

test('may be names of tables and columns', async () => {
  await ask.insertTsv('7\tx\n')
  expect(
    await ask.column('SELECT {c:Identifier} FROM {d:Identifier}.{t:Identifier}', { c: 'id', d: 'qqvideo', t: 'note' }),
  ).toEqual([7])
  await expect(ask.column('SELECT 1 FROM {t:Identifier}', { t: 'note; DROP TABLE note' })).rejects.toMatchObject({
    code: '60',
  })
})

test('work in inserts and in table definitions', async () => {
  await server.client.command({ query: 'INSERT INTO note VALUES (1, {text:String})', query_params: { text: "a'b" } })
  await server.client.command({ query: 'INSERT INTO note SELECT 2, {text:String}', query_params: { text: "c'd" } })
  expect(await ask.column('SELECT text FROM note ORDER BY id')).toEqual(["a'b", "c'd"])
})

test('that are missing are an error, also when an earlier request had one of that name', async () => {
  for (let request = 0; request < 16; request++) await ask.column('SELECT {secret:String}', { secret: 'earlier' })
  await expect(ask.column('SELECT {secret:String}')).rejects.toMatchObject({
    code: '456',
    type: 'UNKNOWN_QUERY_PARAMETER',
  })
  await expect(ask.column('SELECT { secret : String }')).rejects.toMatchObject({ code: '456' })
})

test('that do not fit their type are an error', async () => {
  await expect(ask.column('SELECT {id:UInt8}', { id: 'abc' })).rejects.toMatchObject({ code: '457' })
})

test('travel in a form when the client puts them there', async () => {
  const result = await server.client.query({
    query: 'SELECT {text:String} AS text',
    query_params: { text: "long ü' \t".repeat(20_000) },
    use_multipart_params: true,
    format: 'JSONEachRow',
  })
  expect(await result.json()).toEqual([{ text: "long ü' \t".repeat(20_000) }])
})

test('of requests at the same time never mix', async () => {
  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, id) =>
      ask.column('SELECT concat({a:String}, {b:String})', { a: `a${id}`, b: `b${id}` }),
    ),
  )
  expect(answers).toEqual(Array.from({ length: 300 }, (_, id) => [`a${id}b${id}`]))
})
