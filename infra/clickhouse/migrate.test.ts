import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { migrateClickHouse, prepareClickHouse } from './migrate.ts'
import { splitStatements } from './split-statements.ts'

let server: TestClickHouse
let folder: string

beforeAll(async () => {
  server = await startClickHouse()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-migrations-'))
  await server.client.command({ query: 'DROP TABLE IF EXISTS migration' })
  await server.client.command({ query: 'DROP TABLE IF EXISTS one' })
  await server.client.command({ query: 'DROP TABLE IF EXISTS two' })
  return () => rm(folder, { recursive: true, force: true })
})
afterAll(() => server?.stop())

const one = `CREATE TABLE IF NOT EXISTS one (a String DEFAULT 'x; -- y') ENGINE = MergeTree ORDER BY a; -- the first; table
INSERT INTO one VALUES ('from 1');`
const two = 'CREATE TABLE IF NOT EXISTS two (a String) ENGINE = MergeTree ORDER BY a'

test('applies each file once, in the order of their numbers', async () => {
  await writeFile(join(folder, '0001-one.sql'), one)
  expect(await migrateClickHouse(server.client, folder)).toEqual(['0001-one.sql'])
  await writeFile(join(folder, '0002-two.sql'), two)
  expect(await migrateClickHouse(server.client, folder)).toEqual(['0002-two.sql'])
  expect(await migrateClickHouse(server.client, folder)).toEqual([])
  expect(await values('SELECT a FROM one')).toEqual(['from 1'])
})

test('goes on after a failure at the file that failed, and names it', async () => {
  await writeFile(join(folder, '0001-one.sql'), one)
  await writeFile(join(folder, '0002-two.sql'), `${two}; CREATE TABLE nonsense`)
  const failed = migrateClickHouse(server.client, folder)
  await expect(failed).rejects.toThrow(/^Statement 2 of the migration 0002-two\.sql failed: /)
  await writeFile(join(folder, '0002-two.sql'), two)
  expect(await migrateClickHouse(server.client, folder)).toEqual(['0002-two.sql'])
  expect(await values('SELECT a FROM one')).toEqual(['from 1'])
})

test('may be run by several programs at once', async () => {
  await writeFile(join(folder, '0001-one.sql'), one.split('\n')[0]!)
  await writeFile(join(folder, '0002-two.sql'), two)
  await Promise.all(Array.from({ length: 4 }, () => migrateClickHouse(server.client, folder)))
  expect(await migrateClickHouse(server.client, folder)).toEqual([])
  expect(
    await values("SELECT name FROM system.tables WHERE database = 'qqvideo' AND name IN ('one', 'two') ORDER BY name"),
  ).toEqual(['one', 'two'])
})

test('refuses two files with the same number', async () => {
  await writeFile(join(folder, '0001-one.sql'), one)
  await writeFile(join(folder, '0001-two.sql'), two)
  await expect(migrateClickHouse(server.client, folder)).rejects.toThrow('0001-two.sql needs four digits of its own')
})

test('creates the database of the URL as Atomic where it is missing', async () => {
  await writeFile(join(folder, '0001-one.sql'), one)
  const url = Object.assign(new URL(server.url), { pathname: '/another' }).href
  expect(await prepareClickHouse(url, folder)).toEqual(['0001-one.sql'])
  expect(await prepareClickHouse(url, folder)).toEqual([])
  expect(await values("SELECT engine FROM system.databases WHERE name = 'another'")).toEqual(['Atomic'])
  expect(await values('SELECT a FROM another.one')).toEqual(['from 1'])
})

test('the migrations of this repository apply to an empty database, and again', async () => {
  const applied = await prepareClickHouse(server.url)
  expect(applied.length).toBeGreaterThan(0)
  expect(await prepareClickHouse(server.url)).toEqual([])
})

test('a statement ends at a semicolon outside of strings, names and comments only', () => {
  const sql = "-- a;b\nSELECT ';', `;`, \";\" /* ; */, $x$;$x$ # ;\n; ;; SELECT 'it''s;', '\\';'; -- end;"
  expect(splitStatements(sql)).toEqual([
    '-- a;b\nSELECT \';\', `;`, ";" /* ; */, $x$;$x$ # ;',
    "SELECT 'it''s;', '\\';'",
  ])
})

async function values(query: string): Promise<unknown[]> {
  const result = await server.client.query({ query, format: 'JSONCompactEachRow' })
  return (await result.json<unknown[]>()).map((row) => row[0])
}
