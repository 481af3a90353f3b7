import { expect, test } from 'vitest'
import type { Column } from './column.ts'
import { writeCsv } from './write-csv.ts'
import { writeJson } from './write-json.ts'

interface Row {
  site: string
  starts: number
  startupMs: number | null
  seenMs: number
}

const columns: Column<Row>[] = [
  { name: 'site', type: 'text', of: (row) => row.site },
  { name: 'starts', type: 'integer', of: (row) => row.starts },
  { name: 'startupMs', type: 'integer', of: (row) => row.startupMs },
  { name: 'seen', type: 'time', of: (row) => row.seenMs },
]

function row(what: Partial<Row> = {}): Row {
  return { site: 'a.example', starts: 1, startupMs: null, seenMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6), ...what }
}

async function* batchesOf(...batches: Row[][]) {
  yield* batches
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const chunk of chunks) text += chunk
  return text
}

const csv = (...batches: Row[][]) => textOf(writeCsv({ columns, batches: batchesOf(...batches) }))

test('CSV has a mark of its encoding, CRLF, times as ISO 8601, and nothing where nothing is known', async () => {
  expect(await csv([row()], [], [row({ startupMs: 250 })])).toBe(
    '\ufeffsite,starts,startupMs,seen\r\n' +
      'a.example,1,,2026-01-02T03:04:05.006Z\r\n' +
      'a.example,1,250,2026-01-02T03:04:05.006Z\r\n',
  )
})

test('CSV quotes what would break a line or a cell', async () => {
  expect(await csv([row({ site: 'a,"b"\nc' })])).toContain('"a,""b""\nc",1')
})

test.each([
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '\ta'],
  ...[' =1+1', '\u202e=1+1', '\u200b=1+1', '\ufeff=1+1', '\r\n=1+1', '\0=1+1', '\u00a0 \u200d@a'],
])('CSV never holds a formula: %j', async (site) => {
  expect((await csv([row({ site })])).split('\r\n').slice(1).join('\r\n')).toMatch(/^"?'/)
})

test.each(['a=1', 'a -1', ' a', '(hidden)', '风筝'])('CSV leaves other text as it is: %j', async (site) => {
  expect(await csv([row({ site })])).toContain(`\r\n${site},1,`)
})

test('numbers below zero stay numbers in CSV', async () => {
  expect(await csv([row({ starts: -1 })])).toContain('a.example,-1,')
})

test('JSON is an array of the very rows', async () => {
  const rows = [row(), row({ site: '"' }), row({ startupMs: 3 })]
  expect(JSON.parse(await textOf(writeJson({ batches: batchesOf([rows[0]!], [], rows.slice(1)) })))).toEqual(rows)
  expect(JSON.parse(await textOf(writeJson({ batches: batchesOf([]) })))).toEqual([])
})
