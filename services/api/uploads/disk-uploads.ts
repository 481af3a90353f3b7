import { createHash } from 'node:crypto'
import { readFile, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { ERRORS, Upload } from '@tus/server'
import { AppError } from '#contract/errors.ts'
import { codeOf, diskError } from '#storage/disk-errors.ts'
import { writeDurably } from '../../program/durable-file.ts'
import { type Appended, appendBody } from './append-body.ts'
import type { Checksum } from './checksum.ts'
import { UploadNotes } from './upload-notes.ts'
import { uploadRequest } from './upload-request.ts'

interface Receiving {
  offset: number
  checksum?: Checksum
  mostBytes?: number
  signal?: AbortSignal
}

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
    const { writtenBytes, broken } = await this.receive(body, id, {
      offset,
      checksum: uploadRequest()?.checksum,
    }).catch((error) => {
      body.destroy()
      throw error
    })
    if (broken) throw broken
    return offset + writtenBytes
  }

  /** As `write`, but a body that breaks off, is too long or is ended by the signal is told and not thrown. */
  async receive(body: Readable, id: string, { checksum, ...receiving }: Receiving): Promise<Appended> {
    const { offset } = receiving
    const path = join(this.directory, id)
    try {
      // Bytes behind the offset were never told: they are the rest of a request whose checksum nobody could compare.
      if ((await stat(path)).size > offset) await truncate(path, offset)
      if (!checksum) {
        await rm(this.#sureOffsetPath(id), { force: true })
        return await appendBody(body, path, receiving)
      }
      await writeDurably(this.#sureOffsetPath(id), String(offset))
      const hash = createHash(checksum.algorithm)
      const appended = await appendBody(body, path, { ...receiving, hash })
      if (!hash.digest().equals(checksum.digest)) {
        await truncate(path, offset)
        throw new AppError('checksum_mismatch')
      }
      await rm(this.#sureOffsetPath(id))
      return appended
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
