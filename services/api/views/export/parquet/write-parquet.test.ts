import { gunzipSync } from 'node:zlib'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import type { Column } from '../column.ts'
import { writeParquet } from './write-parquet.ts'

interface Row {
  site: string
  starts: number | null
  share: number | null
  counts: boolean
  seenMs: number
}

const columns: Column<Row>[] = [
  { name: 'site', type: 'text', of: (row) => row.site },
  { name: 'starts', type: 'integer', of: (row) => row.starts },
  { name: 'share', type: 'number', of: (row) => row.share },
  { name: 'counts', type: 'boolean', of: (row) => row.counts },
  { name: 'seen', type: 'time', of: (row) => row.seenMs },
]

function rowOf(number: number): Row {
  return {
    site: number % 7 === 0 ? '企鹅 🐧 "x",\n' : `site${number}.example`,
    starts: number % 3 === 0 ? null : number * 1_000_003 - 5,
    share: number % 5 === 0 ? null : number / 3,
    counts: number % 2 === 0,
    seenMs: Date.UTC(2026, 0, 1) + number,
  }
}

function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, number) => rowOf(number))
}

async function fileOf(all: Row[], perBatch: number): Promise<Buffer> {
  async function* batches() {
    for (let from = 0; from < all.length; from += perBatch) yield all.slice(from, from + perBatch)
  }
  const chunks: Buffer[] = []
  for await (const chunk of writeParquet({ columns, batches: batches() })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function readBack(file: Buffer): Promise<Row[]> {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
  const compressors = { GZIP: (input: Uint8Array) => new Uint8Array(gunzipSync(input)) }
  const found = await parquetReadObjects({ file: bytes, compressors })
  return found.map(({ site, starts, share, counts, seen }) => ({
    site: site as string,
    starts: (starts ?? null) === null ? null : Number(starts),
    share: (share ?? null) as number | null,
    counts: counts as boolean,
    seenMs: (seen as Date).getTime(),
  }))
}

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
})

afterAll(() => clickhouse?.stop())

test.each([0, 1, 9, 20_000, 45_001])('a Parquet file of %i rows reads back as what went in', async (count) => {
  const all = rows(count)
  expect(await readBack(await fileOf(all, 777))).toEqual(all)
})

test('ClickHouse reads the same from it', async () => {
  const { url, client } = clickhouse
  await client.command({
    query: `CREATE TABLE taken (site String, starts Nullable(Int64), share Nullable(Float64), counts Bool, seen DateTime64(3, 'UTC'))
            ENGINE = MergeTree ORDER BY seen`,
  })
  const { username, password, origin } = new URL(url)
  const answer = await fetch(`${origin}/?query=${encodeURIComponent('INSERT INTO qqvideo.taken FORMAT Parquet')}`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${username}:${password}`)}` },
    body: new Uint8Array(await fileOf(rows(25_000), 1_000)),
  })
  expect(answer.status, await answer.text()).toBe(200)
  const query = `SELECT site, toFloat64(starts) AS starts, share, counts, toUnixTimestamp64Milli(seen) AS seenMs FROM taken ORDER BY seen`
  const taken = await client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  expect(await taken.json()).toEqual(rows(25_000))
})
