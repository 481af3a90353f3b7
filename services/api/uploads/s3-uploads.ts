import type { ReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { type MetadataValue, type Options, S3Store } from '@tus/s3-store'
import { ERRORS, type Upload } from '@tus/server'
import { nameOf } from '#storage/s3-errors.ts'

type Body = ReadStream | Readable | Buffer

/**
 * tus's store of multipart uploads, with what it lacks to survive a kill at any moment: parts are stored one after the
 * other, so that there is never a hole in what counts as received, and a tail that is too short for a part stays until
 * the part that it became is stored.
 */
export class S3Uploads extends S3Store {
  readonly #lastParts = new Map<string, Promise<unknown>>()

  constructor(options: Options) {
    // Tags are Amazon's; expiry is ours, by the upload's own date.
    super({ ...options, useTags: false })
  }

  /** That the store can't be asked does not mean that there is no such upload. */
  override async getUpload(id: string): Promise<Upload> {
    await this.getMetadata(id).catch((error) => {
      throw missing.has(nameOf(error)) ? ERRORS.FILE_NOT_FOUND : error
    })
    return super.getUpload(id)
  }

  override async write(body: Readable, id: string, offset: number): Promise<number> {
    try {
      return await super.write(body, id, offset)
    } finally {
      this.#lastParts.delete(id)
    }
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

  protected override uploadPart(metadata: MetadataValue, body: Body, partNumber: number): Promise<string> {
    return this.#inOrder(metadata.file.id, body, () => super.uploadPart(metadata, body, partNumber))
  }

  protected override uploadIncompletePart(id: string, body: ReadStream | Readable): Promise<string> {
    return this.#inOrder(id, body, async () => {
      const { length } = await this.retrieveParts(id)
      const stored = await this.client.putObject({
        Bucket: this.bucket,
        Key: this.partKey(id, true),
        Body: body,
        Metadata: { [afterParts]: String(length) },
      })
      return stored.ETag ?? ''
    })
  }

  protected override async getIncompletePart(id: string): Promise<Readable | undefined> {
    if ((await this.getIncompletePartSize(id)) === undefined) return undefined
    return super.getIncompletePart(id)
  }

  /** A tail counts only behind the parts that it was stored behind; else it has become part of the next one. */
  protected override async getIncompletePartSize(id: string): Promise<number | undefined> {
    const [tail, parts] = await Promise.all([this.#headTail(id), this.retrieveParts(id)])
    const stored = tail?.Metadata?.[afterParts]
    return stored === undefined || stored === String(parts.length) ? tail?.ContentLength : undefined
  }

  /** Called before the bytes are stored elsewhere: it stays until then, and goes with the notes about the upload. */
  protected override async deleteIncompletePart(): Promise<void> {}

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

  /** Once one of them failed, none of those behind it is stored. */
  async #inOrder(id: string, body: Body, store: () => Promise<string>): Promise<string> {
    const before = this.#lastParts.get(id) ?? Promise.resolve()
    const stored = before.then(store)
    this.#lastParts.set(id, stored)
    try {
      return await stored
    } catch (error) {
      if (!Buffer.isBuffer(body)) body.destroy()
      throw error
    }
  }
}

const afterParts = 'after-parts'
const missing = new Set(['NotFound', 'NoSuchKey'])
