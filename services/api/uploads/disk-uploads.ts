import { rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { FileStore } from '@tus/file-store'
import { ERRORS, Upload } from '@tus/server'
import { AppError } from '#contract/errors.ts'
import { codeOf, diskError } from '#storage/disk-errors.ts'
import { writeDurably } from '../../program/durable-file.ts'
import { type Appended, appendBody } from './append-body.ts'
import type { Checksum } from './checksum.ts'
import { PartProgress, partCountOf } from './part-progress.ts'
import { readNumber } from './read-number.ts'
import { UploadNotes } from './upload-notes.ts'
import { type Growth, uploadRequest } from './upload-request.ts'

export interface Receiving {
  offset: number
  checksum?: Checksum | undefined
  growth?: Growth
  mostBytes?: number
  signal?: AbortSignal
}

/**
 * tus's store of files, with what it lacks: an offset that was told is on disk, bytes that came with a checksum count only
 * once it was compared, a full disk is told as such.
 */
export class DiskUploads extends FileStore {
  readonly progress: PartProgress

  constructor(directory: string, expirationPeriodInMilliseconds: number) {
    super({ directory, configstore: new UploadNotes(directory), expirationPeriodInMilliseconds })
    this.extensions.push('checksum')
    this.progress = new PartProgress(directory)
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    const { writtenBytes, broken } = await this.receive(body, id, { offset, ...uploadRequest() }).catch((error) => {
      body.destroy()
      throw error
    })
    if (broken) throw broken
    return offset + writtenBytes
  }

  /** As `write`, but a body that breaks off, is too long or is ended by the signal is told and not thrown. */
  async receive(body: Readable, id: string, receiving: Receiving): Promise<Appended> {
    const { offset, checksum, growth, mostBytes, signal } = receiving
    const requireGrowth = growth && ((writtenBytes: number) => growth.require(id, offset + writtenBytes, 0))
    const path = join(this.directory, id)
    try {
      // Bytes behind the offset were never told: they are the rest of a request whose checksum nobody could compare.
      if ((await stat(path)).size > offset) await truncate(path, offset)
      if (checksum) await writeDurably(this.#sureOffsetPath(id), String(offset))
      else await rm(this.#sureOffsetPath(id), { force: true })
      const appended = await appendBody(body, path, { offset, mostBytes, signal, requireGrowth, checksum })
      if (checksum) await rm(this.#sureOffsetPath(id))
      return appended
    } catch (error) {
      if (error instanceof AppError && error.code === 'checksum_mismatch') await truncate(path, offset)
      throw diskError(error)
    }
  }

  /** Its date is that of its last byte: tus counts from there when it expires. */
  override async getUpload(id: string): Promise<Upload> {
    const [upload, sureOffset] = await Promise.all([
      super.getUpload(id),
      readNumber(this.#sureOffsetPath(id), Number.POSITIVE_INFINITY),
    ])
    const { mtimeMs } = await stat(join(this.directory, id)).catch((error) => {
      // Taken over in this moment.
      throw codeOf(error) === 'ENOENT' ? ERRORS.FILE_NO_LONGER_EXISTS : error
    })
    const partCount = partCountOf(upload)
    return new Upload({
      ...upload,
      offset: partCount > 0 ? await this.progress.sum(id, partCount) : Math.min(upload.offset, sureOffset),
      creation_date: new Date(mtimeMs).toISOString(),
    })
  }

  override async remove(id: string): Promise<void> {
    // The note goes last: a crash before it leaves something that can be removed again.
    await rm(join(this.directory, id), { force: true })
    await rm(this.#sureOffsetPath(id), { force: true })
    if (!(await this.configstore.get(id))) throw ERRORS.FILE_NOT_FOUND
    await this.forget(id)
  }

  /** What is noted of an upload; its note goes last. */
  async forget(id: string): Promise<void> {
    const note = await this.configstore.get(id)
    if (note) await this.progress.remove(id, partCountOf(note))
    await this.configstore.delete(id)
  }

  /** Of a note up to where the file is right, while bytes are written whose checksum is not compared yet. */
  #sureOffsetPath(id: string): string {
    return join(this.directory, `${id}.sure`)
  }
}
