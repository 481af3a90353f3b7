import { Readable } from 'node:stream'
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

const hostile = [
  '',
  "'; DROP TABLE note; --",
  'a;b',
  '\n',
  '\n\nSELECT 1',
  '\\',
  '\t',
  '/*',
  '`"',
  '{x:String}',
  'ü😀',
  '\0',
]

test('in JSONEachRow keep every text as it is', async () => {
  const values = hostile.map((text, id) => ({ id, text }))
  await server.client.insert({ table: 'note', values, format: 'JSONEachRow' })
  expect(await ask.column('SELECT text FROM note ORDER BY id')).toEqual(hostile)
})

test('in TabSeparated keep every text as it is, from a string and from a stream', async () => {
  const escaped = (text: string) =>
    text.replace(/[\\\t\n\0]/g, (letter) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\0': '\\0' })[letter]!)
  const rows = hostile.map((text, id) => `${id}\t${escaped(text)}\n`).join('')
  await ask.insertTsv(rows)
  expect(await ask.column('SELECT text FROM note ORDER BY id')).toEqual(hostile)
})

test('never run a part of their data as SQL, even after an empty line', async () => {
  await expect(ask.insertTsv('1\ta\n\nDROP TABLE note;\n')).rejects.toMatchObject({ code: '27' })
  expect(await ask.column('SELECT count() FROM note')).toEqual([0])
  await ask.command('CREATE TABLE line (text String) ENGINE = Memory')
  await server.client.exec({ query: 'INSERT INTO line FORMAT TabSeparated\na\n\nb\n' })
  expect(await ask.column('SELECT text FROM line')).toEqual(['a', '', 'b'])
  await ask.command('DROP TABLE line')
})

test('take a stream of rows', async () => {
  async function* rows() {
    for (let id = 0; id < 20_000; id++) yield { id, text: `row ${id}` }
  }
  await server.client.insert({ table: 'note', values: Readable.from(rows()), format: 'JSONEachRow' })
  expect(await ask.column('SELECT count() FROM note')).toEqual([20000])
})

test('may name columns, give settings and stand in one text with their data', async () => {
  await ask.command("INSERT INTO note (text, id) VALUES ('a\n\nb', 1), ('c;', 2);")
  await ask.command('INSERT INTO note (id) SETTINGS max_threads = 1 FORMAT TabSeparated\n3\n')
  await ask.command('INSERT INTO note SELECT id + 10, text FROM note')
  expect(await ask.column('SELECT id FROM note ORDER BY id')).toEqual([1, 2, 3, 11, 12, 13])
})

test('of nothing are nothing', async () => {
  await ask.insertTsv('')
  expect(await ask.column('SELECT count() FROM note')).toEqual([0])
  await expect(ask.insertTsv('', 'nowhere')).rejects.toMatchObject({ code: '60' })
})

test('with a wrong row store none of their rows and say which was wrong', async () => {
  await expect(ask.insertTsv('1\ta\nx\tb\n')).rejects.toThrow(/at row 2/)
  expect(await ask.column('SELECT count() FROM note')).toEqual([0])
})

test('are refused rather than half understood: from files, from input(), several at once', async () => {
  await expect(ask.command("INSERT INTO note FROM INFILE '/etc/hostname' FORMAT TSV")).rejects.toMatchObject({
    code: '348',
  })
  await expect(ask.command("SELECT 1 INTO OUTFILE '/tmp/x' FORMAT TSV")).rejects.toMatchObject({ code: '348' })
  await expect(
    ask.command("INSERT INTO note SELECT * FROM input('id UInt32, text String') FORMAT TSV\n1\ta"),
  ).rejects.toMatchObject({ code: '48' })
  await expect(ask.command('TRUNCATE TABLE note; SELECT 1')).rejects.toMatchObject({ code: '62' })
})
