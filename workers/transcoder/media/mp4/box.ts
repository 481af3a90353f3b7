import { Mp4Error } from './mp4-error.ts'

/** One box of ISO/IEC 14496-12. */
export interface Box {
  type: string
  /** Where it begins in the bytes that were read. */
  start: number
  /** What it holds, without its header; a view, not a copy. */
  body: Buffer
}

/** The boxes that stand one after the other in these bytes. Throws an Mp4Error where they don't end where they say. */
export function* boxesOf(bytes: Buffer): Generator<Box> {
  for (let start = 0; start < bytes.length; ) {
    const { type, headerBytes, sizeBytes } = headerAt(bytes, start)
    // Every step goes forward by a header at least, so that no box can hold us up.
    yield { type, start, body: bytes.subarray(start + headerBytes, start + sizeBytes) }
    start += sizeBytes
  }
}

const smallHeader = 8
const largeHeader = 16

function headerAt(bytes: Buffer, start: number) {
  const left = bytes.length - start
  if (left < smallHeader) throw new Mp4Error(`${left} bytes at ${start} are no box`)
  const type = bytes.toString('latin1', start + 4, start + 8)
  const small = bytes.readUInt32BE(start)
  // A size of 0 means "to the end", a size of 1 that 64 bits follow.
  if (small === 0) return { type, headerBytes: smallHeader, sizeBytes: left }
  if (small === 1 && left < largeHeader) throw new Mp4Error(`box at ${start} is cut off`)
  const headerBytes = small === 1 ? largeHeader : smallHeader
  const sizeBytes = small === 1 ? Number(bytes.readBigUInt64BE(start + 8)) : small
  if (sizeBytes < headerBytes) throw new Mp4Error(`box at ${start} is smaller than its own header`)
  if (sizeBytes > left) throw new Mp4Error(`box at ${start} is cut off: ${left} of ${sizeBytes} bytes`)
  return { type, headerBytes, sizeBytes }
}

/** What the first box at the end of this path holds, such as `moov`, `mvhd`; null where a step is missing. */
export function findBody(bytes: Buffer, ...path: string[]): Buffer | null {
  let body: Buffer = bytes
  for (const type of path) {
    const next = childrenOf(body, type)[0]
    if (!next) return null
    body = next.body
  }
  return body
}

/** The same, where there is no doing without. */
export function bodyAt(bytes: Buffer, ...path: string[]): Buffer {
  const body = findBody(bytes, ...path)
  if (!body) throw new Mp4Error(`there is no ${path.join('/')}`)
  return body
}

export function childrenOf(bytes: Buffer, type: string): Box[] {
  return [...boxesOf(bytes)].filter((box) => box.type === type)
}
