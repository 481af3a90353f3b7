import { createWriteStream } from 'node:fs'
import { readFile, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FileStore } from '@tus/file-store'
import { ERRORS, Upload } from '@tus/server'
import { AppError } from '#contract/errors.ts'
import { codeOf, diskError } from '#storage/disk-errors.ts'
import { Hashing } from './checksum.ts'
import { UploadNotes } from './upload-notes.ts'
import { uploadRequest } from './upload-request.ts'
import { writeDurably } from './write-durably.ts'

/**
 * tus's store of files, with what it lacks: an offset that was told is on disk, bytes that came with a checksum count only
 * once it was compared, a full disk is told as such.
 */
export class DiskUploads extends FileStore {
  constructor(directory: string, expirationPeriodInMilliseconds: number) {
    super({ directory, configstore: new UploadNotes(directory), expirationPeriodInMilliseconds })
    this.extensions.push('checksum')
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    const checksum = uploadRequest()?.checksum
    const path = join(this.directory, id)
    try {
      // Bytes behind the offset were never told: they are the rest of a request whose checksum nobody could compare.
      if ((await stat(path)).size > offset) await truncate(path, offset)
      if (!checksum) {
        await rm(this.#sureOffsetPath(id), { force: true })
        return offset + (await append([body], path, offset))
      }
      await writeDurably(this.#sureOffsetPath(id), String(offset))
      const hashing = new Hashing(checksum)
      const written = await append([body, hashing], path, offset)
      if (!hashing.isRight()) {
        await truncate(path, offset)
        throw new AppError('checksum_mismatch')
      }
      await rm(this.#sureOffsetPath(id))
      return offset + written
    } catch (error) {
      throw diskError(error)
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const [upload, sureOffset] = await Promise.all([super.getUpload(id), this.#sureOffset(id)])
    return new Upload({ ...upload, offset: Math.min(upload.offset, sureOffset) })
  }

  override async remove(id: string): Promise<void> {
    // The note goes last: a crash before it leaves something that can be removed again.
    await rm(join(this.directory, id), { force: true })
    await rm(this.#sureOffsetPath(id), { force: true })
    if (!(await this.configstore.get(id))) throw ERRORS.FILE_NOT_FOUND
    await this.configstore.delete(id)
  }

  /** Up to where the file is right, while bytes are written whose checksum is not compared yet. */
  async #sureOffset(id: string): Promise<number> {
    try {
      return Number(await readFile(this.#sureOffsetPath(id), 'utf8'))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return Number.POSITIVE_INFINITY
      throw error
    }
  }

  #sureOffsetPath(id: string): string {
    return join(this.directory, `${id}.sure`)
  }
}

/** Resolves once the bytes are on disk. A body that breaks off keeps what arrived. */
async function append(body: readonly Readable[], path: string, start: number): Promise<number> {
  const file = createWriteStream(path, { flags: 'r+', start, flush: true, highWaterMark: 256 * 1024 })
  await pipeline([...body, file])
  return file.bytesWritten
}
