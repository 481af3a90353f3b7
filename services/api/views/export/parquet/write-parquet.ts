import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Column, Table } from '../column.ts'
import { encodeValues, parquetTypes } from './encode-values.ts'
import { i32, i64, list, struct, type ThriftValue, text } from './thrift.ts'

/**
 * Apache Parquet, one row group after another, so that only one is ever in memory: plain values in compressed pages, which
 * every reader knows. ClickHouse could format its rows so itself, but the rows of the page are finished here, and an
 * export in one format must say the same as in another. https://parquet.apache.org/docs/file-format/
 */
export async function* writeParquet<Row>({ columns, batches }: Table<Row>): AsyncGenerator<Buffer> {
  yield magic
  let offset = magic.length
  let rowCount = 0
  const groups: ThriftValue[] = []
  for await (const rows of regrouped(batches)) {
    const chunks: ThriftValue[] = []
    const groupOffset = offset
    for (const column of columns) {
      const page = await pageOf(column, rows)
      yield page.bytes
      chunks.push(chunkOf(column, page, { offset, rows: rows.length }))
      offset += page.bytes.length
    }
    groups.push(struct({ 1: list(chunks), 2: i64(offset - groupOffset), 3: i64(rows.length) }))
    rowCount += rows.length
  }
  yield footerOf(columns, groups, rowCount)
}

const magic = Buffer.from('PAR1')
const compress = promisify(gzip)

// Enough for good compression, little enough for memory.
const rowsPerGroup = 20_000

async function* regrouped<Row>(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  let gathered: Row[] = []
  for await (const rows of batches) {
    for (const row of rows) gathered.push(row)
    while (gathered.length >= rowsPerGroup) yield gathered.splice(0, rowsPerGroup)
  }
  if (gathered.length > 0) yield gathered
  gathered = []
}

interface Page {
  bytes: Buffer
  /** With the header, as if nothing were compressed. */
  plainSize: number
}

const dataPage = 0
const plain = 0
const runLength = 3
const gzipCodec = 2

async function pageOf<Row>(column: Column<Row>, rows: readonly Row[]): Promise<Page> {
  const values = encodeValues(column, rows)
  const compressed = await compress(values, { level: 4 })
  const header = struct({
    1: i32(dataPage),
    2: i32(values.length),
    3: i32(compressed.length),
    5: struct({ 1: i32(rows.length), 2: i32(plain), 3: i32(runLength), 4: i32(runLength) }),
  }).bytes
  return { bytes: Buffer.concat([header, compressed]), plainSize: header.length + values.length }
}

function chunkOf<Row>(column: Column<Row>, page: Page, at: { offset: number; rows: number }): ThriftValue {
  const description = struct({
    1: i32(parquetTypes[column.type].physical),
    2: list([i32(plain), i32(runLength)]),
    3: list([text(column.name)]),
    4: i32(gzipCodec),
    5: i64(at.rows),
    6: i64(page.plainSize),
    7: i64(page.bytes.length),
    9: i64(at.offset),
  })
  return struct({ 2: i64(at.offset), 3: description })
}

function footerOf<Row>(columns: readonly Column<Row>[], groups: ThriftValue[], rowCount: number): Buffer {
  const root = struct({ 4: text('row'), 5: i32(columns.length) })
  const footer = struct({
    1: i32(1),
    2: list([root, ...columns.map(schemaOf)]),
    3: i64(rowCount),
    4: groups.length > 0 ? list(groups) : emptyList,
    6: text('QQVideo'),
  }).bytes
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return Buffer.concat([footer, length, magic])
}

/** A list of structs with nothing in it. */
const emptyList: ThriftValue = { type: 9, bytes: Buffer.from([0x0c]) }

function schemaOf<Row>(column: Column<Row>): ThriftValue {
  const { physical, converted, isNullable } = parquetTypes[column.type]
  return struct({
    1: i32(physical),
    3: i32(isNullable ? 1 : 0),
    4: text(column.name),
    6: converted === undefined ? undefined : i32(converted),
  })
}
