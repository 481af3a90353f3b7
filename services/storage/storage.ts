import type { Readable } from 'node:stream'

/** First and last byte, both counted, as in a Range header. */
export interface ByteRange {
  start: number
  end: number
}

export interface ObjectInfo {
  key: string
  sizeBytes: number
  /** Changes whenever the bytes change; quoted as in an ETag header. */
  etag: string
  modifiedAtMs: number
}

/**
 * Where bytes live: a folder on disk or an S3 bucket, with the same keys and the same promises.
 * Keys are `a/b/c` of letters, digits, `.`, `_` and `-`, made by us and never by a user; anything else throws `bad_request`.
 */
export interface Storage {
  /** Streams the body in; once this resolves the whole object is durable and visible, before that nothing of it is. */
  put(
    key: string,
    body: Readable | Uint8Array,
    options?: { contentType?: string; sizeBytes?: number },
  ): Promise<ObjectInfo>
  /** Takes over a finished local file: by rename where it can, else by copying; the file is gone afterwards. Safe to repeat after a crash. */
  adoptFile(key: string, path: string): Promise<ObjectInfo>
  /** Throws `not_found`. The range is clipped by the caller; the stream must be read or destroyed. */
  get(key: string, range?: ByteRange): Promise<{ info: ObjectInfo; body: Readable }>
  /** Null where there is no such object. */
  head(key: string): Promise<ObjectInfo | null>
  /** Every object under `prefix/`, in no promised order; `''` lists all. */
  list(prefix: string): AsyncIterable<ObjectInfo>
  /** Makes a private local file of the object for a worker; its bytes equal the object's when this resolves. */
  download(key: string, path: string): Promise<void>
  /**
   * Puts the stored bytes themselves at `path`, where nothing is yet, for somebody who only reads them; what becomes of the
   * object later does not change them. False where they can't be had without a copy; then nothing happened.
   */
  lend(key: string, path: string): Promise<boolean>
  /** Removes every object under `prefix/`, and the object `prefix` itself. Nothing there is no error. */
  deletePrefix(prefix: string): Promise<void>
  /** Removes what writers that were killed left of objects that never came to be, begun before that time. */
  sweepUnfinished(beforeMs: number, isKept: (key: string) => boolean): Promise<void>
  /** Rejects with a sentence where the storage can't be read and written. */
  check(): Promise<void>
  close(): Promise<void>
}
