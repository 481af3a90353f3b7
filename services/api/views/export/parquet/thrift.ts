/**
 * Thrift's compact protocol, as far as Parquet's headers need it: integers, text, lists and structs.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue = { type: number; bytes: Buffer }

const code = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 }

export function i32(value: number): ThriftValue {
  return { type: code.i32, bytes: varint(zigzag(value)) }
}

export function i64(value: number): ThriftValue {
  return { type: code.i64, bytes: varint(zigzag(value)) }
}

export function text(value: string): ThriftValue {
  const bytes = Buffer.from(value)
  return { type: code.binary, bytes: Buffer.concat([varint(BigInt(bytes.length)), bytes]) }
}

/** All of one type; there must be at least one. */
export function list(values: readonly ThriftValue[]): ThriftValue {
  const [first] = values
  const size = values.length
  const head = size < 15 ? Buffer.from([(size << 4) | first!.type]) : long(size, first!.type)
  return { type: code.list, bytes: Buffer.concat([head, ...values.map((value) => value.bytes)]) }
}

/** Fields by their numbers; those that are undefined are left out. */
export function struct(fields: Record<number, ThriftValue | undefined>): ThriftValue {
  const parts: Buffer[] = []
  let last = 0
  // Keys that are whole numbers come in rising order, whatever order they were written in.
  for (const [name, value] of Object.entries(fields)) {
    if (!value) continue
    const id = Number(name)
    parts.push(Buffer.from([((id - last) << 4) | value.type]), value.bytes)
    last = id
  }
  return { type: code.struct, bytes: Buffer.concat([...parts, Buffer.from([0])]) }
}

function long(size: number, type: number): Buffer {
  return Buffer.concat([Buffer.from([0xf0 | type]), varint(BigInt(size))])
}

function zigzag(value: number): bigint {
  const big = BigInt(value)
  return big >= 0n ? big << 1n : (-big << 1n) - 1n
}

/** Seven bits a byte, the lowest first. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}
