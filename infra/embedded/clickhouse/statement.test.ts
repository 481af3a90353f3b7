import { expect, test } from 'vitest'
import { readStatement } from './statement.ts'

test.each([
  ['SELECT 1 FORMAT JSON', 'SELECT 1 ', 'JSON', ''],
  ['SELECT 1 FORMAT JSON SETTINGS max_threads = 1;', 'SELECT 1 ', 'JSON', ' SETTINGS max_threads = 1'],
  ['SELECT format FROM t', 'SELECT format FROM t', undefined, ''],
  ['SELECT t.format x FROM t -- FORMAT CSV', 'SELECT t.format x FROM t', undefined, ''],
  ["SELECT 'FORMAT JSON'", "SELECT 'FORMAT JSON'", undefined, ''],
  ['select (select 1 format TSV)', 'select (select 1 format TSV)', undefined, ''],
])('a read is cut before its format: %s', (sql, head, format, tail) => {
  expect(readStatement(sql)).toMatchObject({ kind: 'read', head, format, tail })
})

test.each([
  ['INSERT INTO t FORMAT TSV\n1\t2\n', 'INSERT INTO t ', 'FORMAT TSV', '1\t2\n'],
  ['insert into t (a, format) format TSV', 'insert into t (a, format) ', 'format TSV', ''],
  ['INSERT INTO format FORMAT TSV;', 'INSERT INTO format ', 'FORMAT TSV', ''],
  ['INSERT INTO t SETTINGS a = 1 FORMAT CSV 1,2', 'INSERT INTO t ', 'SETTINGS a = 1 FORMAT CSV', '1,2'],
  ["INSERT INTO db.select FORMAT TSV \r\n';drop", 'INSERT INTO db.select ', 'FORMAT TSV', "';drop"],
  ['INSERT INTO t FORMAT TSV\n\n\na', 'INSERT INTO t ', 'FORMAT TSV', '\n\na'],
])('an insert is cut before its settings and format, and its data is left alone: %j', (sql, head, tail, data) => {
  expect(readStatement(sql)).toMatchObject({ kind: 'insert', head, tail, data })
})

test.each([
  'INSERT INTO t SELECT 1',
  "INSERT INTO t VALUES (';')",
  'CREATE TABLE t (a UInt8) ENGINE = Memory',
  'OPTIMIZE TABLE t',
])('a command stays as it is: %s', (sql) =>
  expect(readStatement(sql)).toMatchObject({ kind: 'command', head: sql, leavesTraces: false }),
)

test.each([
  'SET a = 1',
  'use x',
  'CREATE TEMPORARY TABLE t (a UInt8)',
  'CREATE OR REPLACE TEMPORARY TABLE t (a UInt8)',
])('a command that changes the connection is known: %s', (sql) =>
  expect(readStatement(sql)).toMatchObject({ kind: 'command', leavesTraces: true }),
)

test('placeholders are found outside of strings, names and comments only', () => {
  const sql = "SELECT {a:String}, { b : Array(UInt8) }, '{c:String}', {'d':1}, `{e:X}` -- {f:X}"
  expect(readStatement(sql).placeholders).toEqual(['a', 'b'])
  expect(readStatement('INSERT INTO {t:Identifier} FORMAT TSV\n{u:String}').placeholders).toEqual(['t'])
})

test.each(['', '  -- only a comment', ';', 'SELECT 1; SELECT 2', 'INSERT INTO t VALUES (1); DROP TABLE t'])(
  'nothing and more than one statement are a syntax error: %j',
  (sql) => expect(() => readStatement(sql)).toThrow(/^Code: 62\. /),
)
