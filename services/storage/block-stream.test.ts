import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { blockStream } from './block-stream.ts'

let folder: string
let file: FileHandle
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-blocks-'))
  file = await open(join(folder, 'file'), 'w')
})
afterEach(async () => {
  await file.close()
  await rm(folder, { recursive: true })
})

const pieces = Array.from({ length: 320 }, (_, index) => Buffer.alloc(64 * 1024, index))

test('twenty megabytes of pieces are written in order from the offset on', async () => {
  await file.write('head')
  await pipeline(Readable.from(pieces, { objectMode: false }), blockStream(file, 4))
  expect(Buffer.concat([Buffer.from('head'), ...pieces]).equals(await readFile(join(folder, 'file')))).toBe(true)
})

test('a disk that loses bytes on the way is told, though it says later that all is well', async () => {
  // No disk loses bytes when asked to: a handle stands in whose first sync fails, as the kernel tells of such a loss once.
  let syncs = 0
  const losing = {
    writev: file.writev.bind(file),
    datasync: async () => {
      if (syncs++ === 0) throw Object.assign(new Error('EIO'), { code: 'EIO' })
    },
  } as Partial<FileHandle> as FileHandle
  await expect(pipeline(Readable.from(pieces, { objectMode: false }), blockStream(losing))).rejects.toThrow('EIO')
})
