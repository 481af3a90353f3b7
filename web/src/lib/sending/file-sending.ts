import type { DetailedError, PreviousUpload, Upload } from 'tus-js-client'
import { allParts, partPath, type UploadPart } from '#contract/upload-parts.ts'
import { beginUpload } from './begin-upload.ts'
import { type PartedUpload, sendParts } from './send-parts.ts'
import { type Sending, sendUpload } from './send-upload.ts'
import { tusHeaders } from './tus-headers.ts'

// Below that, one line is at its end before more of them would be at their full speed.
const partedFromBytes = 64 * 1024 * 1024
const partCount = 4

/** A file on its way: a large one in parts over several lines, where the server takes them so. */
export class FileSending {
  readonly #file: File
  /** What is known of it to tus, and by what the browser remembers it. */
  readonly #upload: Upload
  #parted: PartedUpload | null = null
  #isInOne: boolean
  /** How much of each part the server has is not known yet. */
  #isUnasked = false
  #key: string | null = null
  /** Ends once nothing of it is under way any more. */
  #last: Promise<void> = Promise.resolve()

  constructor(upload: Upload, previous: PreviousUpload | null) {
    this.#upload = upload
    this.#file = upload.file as File
    this.#isInOne = this.#file.size < partedFromBytes
    if (previous) this.#goOnWith(previous)
  }

  /** Goes on where the server is; resolves when every byte is there, rejects at the first failure or when told to stop. */
  send(sending: Sending): Promise<void> {
    const former = this.#last
    this.#last = former
      .catch(() => {})
      .then(() => {
        sending.signal.throwIfAborted()
        return this.#send(sending)
      })
    return this.#last
  }

  async #send(sending: Sending): Promise<void> {
    if (!this.#isInOne && !this.#parted) await this.#begin()
    if (this.#parted && this.#isUnasked) await this.#askHowFar(this.#parted, sending)
    sending.signal.throwIfAborted()
    if (!this.#parted) return sendUpload(this.#upload, this.#file, sending)
    try {
      await sendParts(this.#file, this.#parted, sending)
    } catch (error) {
      if (!isGone(error)) throw error
      await this.#forget()
      throw new Error('The server has nothing of this upload any more: it is begun anew.', { cause: error })
    }
    await this.#forget()
  }

  /** Takes back what was sent; to be called when `send` was told to stop. */
  async discard(): Promise<void> {
    // The server may be beginning it at this moment: its answer tells what there is to be taken back.
    await this.#last.catch(() => {})
    if (!this.#parted) return this.#upload.abort(true)
    await fetch(this.#parted.url, { method: 'DELETE', headers: tusHeaders })
    await this.#forget()
  }

  #goOnWith(previous: PreviousUpload): void {
    this.#isInOne = !previous.parallelUploadUrls
    if (this.#isInOne) {
      this.#upload.resumeFromPreviousUpload(previous)
      return
    }
    this.#key = previous.urlStorageKey
    this.#parted = { url: previous.uploadUrl!, sentBytes: previous.parallelUploadUrls!.map(() => 0) }
    this.#isUnasked = true
  }

  /** Of each part, since one may wait long for its turn while other uploads have the lines. */
  async #askHowFar({ url, sentBytes }: PartedUpload, { onprogress, signal }: Sending): Promise<void> {
    const ask = (part: UploadPart) => fetch(url + partPath(part), { method: 'HEAD', headers: tusHeaders, signal })
    const answers = await Promise.all(allParts(sentBytes.length).map(ask))
    // What is wrong with it is told to whoever sends the first part.
    if (!answers.every(({ ok }) => ok)) return
    for (const [index, { headers }] of answers.entries()) sentBytes[index] = Number(headers.get('upload-offset'))
    this.#isUnasked = false
    onprogress(sentBytes.reduce((sum, each) => sum + each, 0))
  }

  /** Is not stopped in the middle: without the answer, nobody would know what the server has begun. */
  async #begin(): Promise<void> {
    const { metadata } = this.#upload.options
    const begun = await beginUpload(this.#file.size, { metadata: metadata ?? {}, partCount })
    if (begun.partCount > 1) {
      this.#parted = { url: begun.url, sentBytes: Array.from({ length: begun.partCount }, () => 0) }
      await this.#remember(begun)
      return
    }
    this.#isInOne = true
    this.#upload.options.uploadUrl = begun.url
  }

  /** As tus does it, so that what asks tus for uploads of an earlier page finds it. */
  async #remember({ url, partCount }: { url: string; partCount: number }): Promise<void> {
    const { urlStorage, fingerprint, metadata } = this.#upload.options
    const name = await fingerprint?.(this.#file, this.#upload.options)
    const parallelUploadUrls = allParts(partCount).map((part) => url + partPath(part))
    const upload = { size: this.#file.size, metadata, creationTime: new Date().toString() }
    // Where nothing may be stored it goes on as long as the page stays.
    this.#key =
      (await urlStorage
        ?.addUpload(name ?? '', { ...upload, uploadUrl: url, parallelUploadUrls } as PreviousUpload)
        .catch(() => null)) ?? null
  }

  async #forget(): Promise<void> {
    this.#parted = null
    this.#isUnasked = false
    if (this.#key) await this.#upload.options.urlStorage?.removeUpload(this.#key)
    this.#key = null
  }
}

/** Asked how far a part is, the server knows none. */
function isGone(error: unknown): boolean {
  const { originalRequest, originalResponse } = error as Partial<DetailedError>
  return originalRequest?.getMethod() === 'HEAD' && [404, 410].includes(originalResponse?.getStatus() ?? 0)
}
