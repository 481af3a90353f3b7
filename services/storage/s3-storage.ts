import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type MultipartUpload,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { AppError } from '#contract/errors.ts'
import { checkKey } from './check-key.ts'
import { codeOf, diskError } from './disk-errors.ts'
import { downloadFile } from './download-file.ts'
import { openPlainFile } from './plain-file.ts'
import { abortUploads, abortUploadsUnder, deleteKeys } from './s3-delete.ts'
import { s3Error } from './s3-errors.ts'
import { putIdOf, s3Put } from './s3-put.ts'
import type { S3Settings } from './s3-settings.ts'
import type { ByteRange, ObjectInfo, Storage } from './storage.ts'

/** Storage in a bucket of S3 or anything that speaks its protocol. */
export class S3Storage implements Storage {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string

  constructor(settings: S3Settings) {
    this.#client = new S3Client(settings.clientConfig)
    this.#bucket = settings.bucket
    this.#prefix = settings.prefix && `${settings.prefix}/`
  }

  async put(
    key: string,
    body: Readable | Uint8Array,
    options: { contentType?: string; sizeBytes?: number } = {},
  ): Promise<ObjectInfo> {
    const object = this.#object(key)
    const putId = randomUUID()
    const sizeBytes = await s3Put({ client: this.#client, object, body, putId, ...options })
    const stored = await this.#headObject(object)
    // The answer to a put is not proof: only what the store shows afterwards, with our mark and our size, counts.
    if (!stored || putIdOf(stored) !== putId || stored.ContentLength !== sizeBytes) {
      throw new AppError('unavailable', `The storage did not keep ${key} as it was sent.`)
    }
    return describe(key, stored)
  }

  async adoptFile(key: string, path: string): Promise<ObjectInfo> {
    checkKey(key)
    try {
      const { file, stats } = await openPlainFile(path)
      const stored = this.put(key, file.createReadStream(), { sizeBytes: Number(stats.size) })
      const info = await stored.finally(() => file.close())
      await rm(path, { force: true })
      return info
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw diskError(error)
      // The file goes only after the object is stored: without a file, an earlier call got that far or there never was one.
      const info = await this.head(key)
      if (!info) throw new AppError('not_found', 'The file to take over is gone and was not stored before.')
      return info
    }
  }

  async get(key: string, range?: ByteRange): Promise<{ info: ObjectInfo; body: Readable }> {
    const Range = range && `bytes=${range.start}-${range.end}`
    const answer = await this.#asked(this.#client.send(new GetObjectCommand({ ...this.#object(key), Range })))
    const body = answer.Body as Readable
    if (range && answer.ContentLength !== range.end - range.start + 1) {
      body.destroy()
      throw new AppError('unavailable', `The storage did not answer with the range of ${key} that was asked for.`)
    }
    return { info: describe(key, answer), body }
  }

  async head(key: string): Promise<ObjectInfo | null> {
    const stored = await this.#headObject(this.#object(key))
    return stored && describe(key, stored)
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    for await (const page of this.#pages(prefix)) yield* page
  }

  async download(key: string, path: string): Promise<void> {
    await downloadFile(() => this.get(key), path)
  }

  async lend(): Promise<boolean> {
    return false
  }

  async deletePrefix(prefix: string): Promise<void> {
    const object = this.#object(prefix)
    await this.#asked(abortUploadsUnder(this.#client, this.#bucket, object.Key))
    for await (const page of this.#pages(prefix)) {
      const keys = page.map((info) => this.#prefix + info.key)
      await this.#asked(deleteKeys(this.#client, this.#bucket, keys))
    }
    await this.#asked(this.#client.send(new DeleteObjectCommand(object)))
  }

  async sweepUnfinished(beforeMs: number, isKept: (key: string) => boolean): Promise<void> {
    const isOld = ({ Key = '', Initiated }: MultipartUpload) =>
      Initiated !== undefined && Initiated.getTime() < beforeMs && !isKept(Key.slice(this.#prefix.length))
    await this.#asked(abortUploads(this.#client, this.#bucket, this.#prefix, isOld))
  }

  async check(): Promise<void> {
    const object = this.#object(`checks/${randomUUID()}`)
    await this.#asked(this.#client.send(new PutObjectCommand({ ...object, Body: 'can be written' })))
    const answer = await this.#asked(this.#client.send(new GetObjectCommand(object)))
    await answer.Body?.transformToByteArray()
    await this.#asked(this.#client.send(new DeleteObjectCommand(object)))
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + checkKey(key) }
  }

  async #asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
    } catch (error) {
      throw s3Error(error)
    }
  }

  async #headObject(object: { Bucket: string; Key: string }): Promise<HeadObjectCommandOutput | null> {
    try {
      return await this.#client.send(new HeadObjectCommand(object))
    } catch (error) {
      const known = s3Error(error)
      if (known.code === 'not_found') return null
      throw known
    }
  }

  async *#pages(prefix: string): AsyncIterable<ObjectInfo[]> {
    const Prefix = prefix === '' ? this.#prefix : `${this.#object(prefix).Key}/`
    for (let ContinuationToken: string | undefined; ; ) {
      const command = new ListObjectsV2Command({ Bucket: this.#bucket, Prefix, ContinuationToken })
      const page = await this.#asked(this.#client.send(command))
      yield (page.Contents ?? []).map(({ Key = '', Size, ETag, LastModified }) =>
        describe(Key.slice(this.#prefix.length), { ContentLength: Size, ETag, LastModified }),
      )
      ContinuationToken = page.NextContinuationToken
      if (!ContinuationToken) return
    }
  }
}

type Described = Pick<GetObjectCommandOutput, 'ContentLength' | 'ContentRange' | 'ETag' | 'LastModified'>

function describe(key: string, { ContentLength = 0, ContentRange, ETag = '', LastModified }: Described): ObjectInfo {
  // Of a ranged answer only the part after the slash is the size of the object.
  const sizeBytes = ContentRange ? Number(ContentRange.split('/')[1]) : ContentLength
  return { key, sizeBytes, etag: ETag, modifiedAtMs: LastModified?.getTime() ?? 0 }
}
