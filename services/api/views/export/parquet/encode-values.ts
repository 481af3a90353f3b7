import type { Column } from '../column.ts'
import { varint } from './thrift.ts'

/** Parquet's physical and converted types (parquet.thrift). */
export const parquetTypes = {
  text: { physical: 6, converted: 0, isNullable: false },
  integer: { physical: 2, converted: undefined, isNullable: true },
  number: { physical: 5, converted: undefined, isNullable: true },
  boolean: { physical: 0, converted: undefined, isNullable: false },
  time: { physical: 2, converted: 9, isNullable: false },
} as const satisfies Record<Column<never>['type'], object>

/** One page of a column, not compressed: which rows have a value, then the values one after another (PLAIN). */
export function encodeValues<Row>(column: Column<Row>, rows: readonly Row[]): Buffer {
  switch (column.type) {
    case 'text':
      return texts(rows.map(column.of))
    case 'boolean':
      return bits(rows.map(column.of))
    case 'time':
      return wholes(rows.map(column.of))
    case 'integer':
      return withNulls(rows.map(column.of), wholes)
    case 'number':
      return withNulls(rows.map(column.of), doubles)
  }
}

function withNulls(values: readonly (number | null)[], encode: (values: readonly number[]) => Buffer): Buffer {
  const levels = definitionLevels(values)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(levels.length)
  return Buffer.concat([length, levels, encode(values.filter((value) => value !== null))])
}

/** Runs of "there is one" and "there is none" (RLE, one bit wide). */
function definitionLevels(values: readonly (number | null)[]): Buffer {
  const runs: Buffer[] = []
  for (let from = 0; from < values.length; ) {
    const isThere = values[from] !== null
    let to = from
    while (to < values.length && (values[to] !== null) === isThere) to++
    runs.push(varint(BigInt(to - from) << 1n), Buffer.from([isThere ? 1 : 0]))
    from = to
  }
  return Buffer.concat(runs)
}

function texts(values: readonly string[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const bytes = Buffer.from(value)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      return [length, bytes]
    }),
  )
}

function wholes(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [index, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), index * 8)
  return bytes
}

function doubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, index * 8)
  return bytes
}

function bits(values: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(values.length / 8))
  for (const [index, value] of values.entries()) if (value) bytes[index >> 3]! |= 1 << (index & 7)
  return bytes
}
