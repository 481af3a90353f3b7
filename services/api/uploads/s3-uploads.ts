import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { type MetadataValue, type Options, S3Store } from '@tus/s3-store'
import { ERRORS, Upload } from '@tus/server'
import { nameOf } from '#storage/s3-errors.ts'
import { checkedBody } from './checked-body.ts'
import { type PartFile, partFiles, readPart } from './part-files.ts'
import { s3PartSizes } from './s3-part-sizes.ts'
import { growthStepBytes, uploadRequest } from './upload-request.ts'

interface S3UploadsOptions extends Omit<Options, 'partSize'> {
  /** Where parts wait until the bucket has them: two of each upload at most. */
  partFolder: string
  /** What a file whose length is not known yet may grow to. */
  mostBytes: number
}

interface Pieces {
  /** Null where there are none any more: they have become an object, or were removed. */
  parts: { Size?: number }[] | null
  tailBytes: number
  /** When the last of them came. */
  touchedAtMs: number
}

/** What a bucket has of an upload: parts, and behind them a tail that is too short for one. */
interface Kept {
  partCount: number
  partBytes: number
  tailBytes: number
}

interface Stored {
  partCount: number
  endByte: number
}

/**
 * tus's store of multipart uploads, with a way of writing of its own. Parts are stored one after the other, so that there
 * is never a hole in what counts as received; a tail that is too short for a part stays until the part that it became is
 * stored. Uploads share nothing that a slow sender could keep from the others.
 */
export class S3Uploads extends S3Store {
  readonly #partFolder: string
  readonly #mostBytes: number

  constructor({ partFolder, mostBytes, ...options }: S3UploadsOptions) {
    // Tags are Amazon's; expiry is ours, by the upload's own date.
    super({ ...options, useTags: false })
    this.#partFolder = partFolder
    this.#mostBytes = mostBytes
    this.extensions.push('checksum')
  }

  /**
   * That the store can't be asked does not mean that there is no such upload. Its date is that of its last byte: tus counts
   * from there when it expires.
   */
  override async getUpload(id: string): Promise<Upload> {
    const { file } = await this.getMetadata(id).catch((error) => {
      throw missing.has(nameOf(error)) ? ERRORS.FILE_NOT_FOUND : error
    })
    const pieces = await this.#findPieces(id)
    // One whose length was never told can't have become an object: it was removed, by another process perhaps.
    if (!pieces.parts && file.size === undefined) {
      await this.clearCache(id)
      throw ERRORS.FILE_NOT_FOUND
    }
    const partBytes = pieces.parts?.reduce((sum, { Size = 0 }) => sum + Size, 0)
    return new Upload({
      ...file,
      offset: partBytes === undefined ? file.size! : partBytes + pieces.tailBytes,
      ...(pieces.touchedAtMs > 0 && { creation_date: new Date(pieces.touchedAtMs).toISOString() }),
    })
  }

  /** When a part or a tail came last; 0 where none did, or where they have become an object. */
  async touchedAtMs(id: string): Promise<number> {
    return (await this.#findPieces(id)).touchedAtMs
  }

  /** A tail counts only behind the parts that it was stored behind; else it has become part of the next one. */
  async #findPieces(id: string): Promise<Pieces> {
    const [parts, tail] = await Promise.all([
      this.retrieveParts(id).catch((error) => {
        if (nameOf(error) === 'NoSuchUpload' || missing.has(nameOf(error))) return null
        throw error
      }),
      this.#headTail(id),
    ])
    const tailBytes = parts && isBehind(tail, parts.length) ? (tail?.ContentLength ?? 0) : 0
    const touchedAtMs = Math.max(0, ...[...(parts ?? []), tail].map((piece) => piece?.LastModified?.getTime() ?? 0))
    return { parts, tailBytes, touchedAtMs }
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    const metadata = await this.getMetadata(id)
    const { growth, checksum, lengthBytes = 0 } = uploadRequest() ?? {}
    const { size } = metadata.file
    await growth?.require(basename(id), offset, size === undefined ? lengthBytes : size - offset)
    // What a bucket has taken can't be taken back.
    const sure = checksum ? await checkedBody(body, checksum, this.#partFolder) : body
    const { parts, tailBytes } = await this.#findPieces(id)
    if (!parts) throw ERRORS.FILE_NOT_FOUND
    const kept = { partCount: parts.length, partBytes: offset - tailBytes, tailBytes }
    const sizeBytes = await this.#store(sure, metadata, kept)
    if (sizeBytes === size) await this.complete(id)
    else await growth?.note(basename(id), sizeBytes)
    return sizeBytes
  }

  /** Makes the object of an upload whose every byte is stored; a kill may have come before or after. Safe to repeat. */
  async complete(id: string): Promise<void> {
    const metadata = await this.getMetadata(id)
    try {
      await this.finishMultipartUpload(metadata, await this.retrieveParts(id))
    } catch (error) {
      // It was completed before; the caller looks whether the object is there.
      if (nameOf(error) !== 'NoSuchUpload') throw error
    }
    await this.clearCache(id)
  }

  override async remove(id: string): Promise<void> {
    await super.remove(id)
    await this.client.deleteObject({ Bucket: this.bucket, Key: this.partKey(id, true) })
  }

  /** One part is stored while the next one comes in. Gives how many bytes of the upload there are then. */
  async #store(body: Readable, metadata: MetadataValue, kept: Kept): Promise<number> {
    const { wholeBytes: partBytes } = this.#partSizes(metadata)
    const pieces = partFiles(this.#behindTail(body, metadata.file.id, kept), { folder: this.#partFolder, partBytes })
    let stored = Promise.resolve({ partCount: kept.partCount, endByte: kept.partBytes })
    try {
      for await (const piece of pieces) {
        const before = stored
        stored = this.#storePiece(metadata, piece, before)
        // Nobody goes on sending what can't be stored.
        stored.catch((error) => body.destroy(error))
        await before
      }
    } finally {
      // Whatever it ends with, nothing is under way when the next request has its turn.
      await stored.catch(() => {})
    }
    const { endByte } = await stored
    return endByte
  }

  async *#behindTail(body: Readable, id: string, { tailBytes }: Kept): AsyncGenerator<Buffer> {
    if (tailBytes > 0) yield* (await this.getIncompletePart(id))!
    yield* body
  }

  async #storePiece(metadata: MetadataValue, piece: PartFile, before: Promise<Stored>): Promise<Stored> {
    const { id } = metadata.file
    try {
      const { partCount, endByte: startByte } = await before
      const endByte = startByte + piece.sizeBytes
      if (stepOf(endByte) > stepOf(startByte)) await uploadRequest()?.growth.require(basename(id), endByte, 0)
      const isPart = piece.sizeBytes >= this.#partSizes(metadata).leastBytes || endByte === metadata.file.size
      // Without it a store takes whatever arrives: a stream is not part of the request's signature.
      const ContentMD5 = piece.md5.digest('base64')
      const whole = { Bucket: this.bucket, Body: readPart(piece), ContentLength: piece.sizeBytes, ContentMD5 }
      if (isPart) {
        const about = { Key: id, UploadId: metadata['upload-id'], PartNumber: partCount + 1 }
        await this.client.uploadPart({ ...whole, ...about })
        return { partCount: partCount + 1, endByte }
      }
      const about = { Key: this.partKey(id, true), Metadata: { [afterParts]: String(partCount) } }
      await this.client.putObject({ ...whole, ...about })
      return { partCount, endByte }
    } finally {
      await piece.file.close()
    }
  }

  #partSizes({ file }: MetadataValue) {
    return s3PartSizes(file.size ?? this.#mostBytes)
  }

  /** Forgets what is kept in memory of an upload that was removed behind our back. */
  override async clearCache(id: string): Promise<void> {
    await super.clearCache(id)
  }

  protected override async retrieveParts(id: string, marker?: string) {
    const parts = await super.retrieveParts(id, marker)
    if (marker) return parts
    const gap = parts.findIndex(({ PartNumber }, index) => PartNumber !== index + 1)
    return gap === -1 ? parts : parts.slice(0, gap)
  }

  async #headTail(id: string) {
    try {
      return await this.client.headObject({ Bucket: this.bucket, Key: this.partKey(id, true) })
    } catch (error) {
      if (missing.has(nameOf(error))) return undefined
      throw error
    }
  }
}

const afterParts = 'after-parts'
const missing = new Set(['NotFound', 'NoSuchKey'])

function stepOf(bytes: number): number {
  return Math.floor(bytes / growthStepBytes)
}

function isBehind(tail: { Metadata?: Record<string, string> } | undefined, partCount: number): boolean {
  const noted = tail?.Metadata?.[afterParts]
  return noted === undefined || noted === String(partCount)
}
