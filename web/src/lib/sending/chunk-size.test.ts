import { expect, test } from 'vitest'
import { ChunkSize, firstChunkBytes } from './chunk-size.ts'

const mebibyte = 1024 * 1024

/** What the next request is to bring, after chunks of the asked size went over a line of that speed. */
function afterChunks(size: ChunkSize, count: number, bytesPerMs: number): number {
  for (let sent = 0; sent < count; sent++) {
    const { bytes } = size
    size.arrived({ chunkBytes: bytes, sentBytes: bytes, tookMs: bytes / bytesPerMs })
  }
  return size.bytes
}

test('the first chunk is small enough for any line to carry before it breaks', () => {
  expect(new ChunkSize().bytes).toBeLessThanOrEqual(mebibyte / 2)
})

test('a chunk takes about three seconds on a line that is neither slow nor fast', () => {
  expect(afterChunks(new ChunkSize(), 5, 300)).toBe(900_000)
})

test('a fast line is at its largest chunk after a few requests, growing at most four times with each', () => {
  const size = new ChunkSize()
  expect(afterChunks(size, 1, 100_000)).toBe(4 * firstChunkBytes)
  expect(afterChunks(size, 2, 100_000)).toBe(16 * mebibyte)
  expect(afterChunks(size, 9, 100_000)).toBe(16 * mebibyte)
})

test('a slow line gets small chunks, but not without end', () => {
  expect(afterChunks(new ChunkSize(), 3, 60)).toBe(180_000)
  expect(afterChunks(new ChunkSize(), 3, 1)).toBe(mebibyte / 16)
})

test('the short end of a file says nothing of the line', () => {
  const size = new ChunkSize()
  size.arrived({ chunkBytes: size.bytes, sentBytes: 1_000, tookMs: 300 })
  expect(size.bytes).toBe(firstChunkBytes)
})

test('an early, small chunk that arrives late on another line does not shrink what has grown', () => {
  const size = new ChunkSize()
  afterChunks(size, 3, 100_000)
  size.arrived({ chunkBytes: firstChunkBytes, sentBytes: firstChunkBytes, tookMs: 10 })
  expect(size.bytes).toBe(16 * mebibyte)
})

test('what breaks is sent in halves, until it comes through, and lines that break together count once', () => {
  const size = new ChunkSize()
  const run = { chunkBytes: firstChunkBytes, sentBytes: firstChunkBytes, tookMs: 500 }
  for (let line = 0; line < 4; line++) size.broke(run)
  expect(size.bytes).toBe(firstChunkBytes / 2)
  for (let times = 0; times < 9; times++) size.broke({ chunkBytes: size.bytes, sentBytes: 0, tookMs: 0 })
  expect(size.bytes).toBe(mebibyte / 16)
})

test('a line that has become slow gets what it carries after a pause, and a pause alone changes nothing', () => {
  const size = new ChunkSize()
  const chunkBytes = afterChunks(size, 4, 100_000)
  size.stopped({ chunkBytes, sentBytes: 0, tookMs: 200 })
  expect(size.bytes).toBe(chunkBytes)
  size.stopped({ chunkBytes, sentBytes: 900_000, tookMs: 14_000 })
  expect(size.bytes).toBe(Math.round((900_000 / 14_000) * 3_000))
})
