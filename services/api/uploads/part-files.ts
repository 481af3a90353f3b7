import { createHash, type Hash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A piece of an upload that waits on disk until the bucket has it. Whoever is handed one closes its file. */
export interface PartFile {
  file: FileHandle
  sizeBytes: number
  /** Over its bytes as they came, so that the store can tell whether they are what it has. */
  md5: Hash
}

/** Cuts a body into pieces of so many bytes, the last one shorter; they are written as they are asked for. */
export async function* partFiles(
  body: AsyncIterable<Buffer>,
  { folder, partBytes }: { folder: string; partBytes: number },
): AsyncGenerator<PartFile> {
  let part: PartFile | null = null
  try {
    for await (const chunk of body) {
      for (let written = 0; written < chunk.length; ) {
        part ??= { file: await openNameless(folder), sizeBytes: 0, md5: createHash('md5') }
        const piece = chunk.subarray(written, written + partBytes - part.sizeBytes)
        await part.file.appendFile(piece)
        part.md5.update(piece)
        written += piece.length
        part.sizeBytes += piece.length
        if (part.sizeBytes < partBytes) continue
        const whole: PartFile = part
        part = null
        yield whole
      }
    }
    if (!part) return
    const last: PartFile = part
    part = null
    yield last
  } finally {
    await part?.file.close()
  }
}

/** From its first byte; may be read again. */
export function readPart({ file }: PartFile): Readable {
  return file.createReadStream({ start: 0, autoClose: false })
}

/** What a kill left between making a file and taking its name away. A file that is in use by anybody needs none. */
export async function preparePartFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) await rm(join(folder, name), { force: true })
}

/** Without a name, so that its space is free again however the process ends. */
async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, randomUUID())
  const file = await open(path, 'wx+')
  await rm(path, { force: true })
  return file
}
