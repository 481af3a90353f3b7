import { cleanLine, type Video, type Visibility } from '#contract/video.ts'
import { followVideo } from '../api/follow-video.ts'
import { ApiError, load } from '../api/write.ts'
import { endingOf } from './ending-of.ts'
import { fingerprintOf } from './fingerprint.ts'
import { failedOf, judgeFailure, retryPauseMs } from './judge-failure.ts'
import type { OpenUpload } from './open-upload.ts'
import { createSendingSpeed, type Speed } from './sending-speed.ts'
import { holdUpload } from './upload-lock.ts'
import type { UploadTarget, Wish } from './upload-target.ts'
import { waitUntilOnline } from './wait-until-online.ts'

export type UploadState =
  | 'queued'
  | 'starting'
  | 'sending'
  | 'waiting'
  | 'paused'
  | 'refused'
  | 'failed'
  | 'sent'
  | 'cancelled'

/**
 * One file on its way: a video that exists from the start, so that its link can be handed out, and a resumable upload
 * that fills it, or gives it another file. `waiting` is for the network or the server and ends by itself; `refused` needs somebody to do something;
 * `failed` as well, and the server keeps nothing of it;
 * `sent` means that every byte is on the server, and what happens then is told by the video itself.
 */
export class UploadItem {
  readonly key = crypto.randomUUID()
  readonly file: File
  /** Of the file, as pages show it: without what turns the reading direction or hides letters. */
  readonly name: string
  /** The video whose file it takes the place of; null where it becomes one of its own. */
  readonly replacesId: string | null
  state = $state<UploadState>('queued')
  video = $state.raw<Video | null>(null)
  sentBytes = $state(0)
  speed = $state.raw<Speed | null>(null)
  fault = $state.raw<ApiError | null>(null)
  /** While it waits: for somebody else who sends the same upload. */
  isTaken = $state(false)
  /** It takes one of the places of those that are sent side by side. */
  readonly isActive = $derived(this.state === 'starting' || this.state === 'sending' || this.state === 'waiting')

  readonly #target: UploadTarget
  #wish: Wish
  #opening: Promise<OpenUpload> | null = null
  /** Ends once nothing of a try that failed is left, which the next one would else find and go on with. */
  #takenBack: Promise<void> = Promise.resolve()
  #measure: ReturnType<typeof createSendingSpeed>
  #running = new AbortController()
  #stopFollowing = () => {}

  constructor(file: File, target: UploadTarget, wish: Wish = { visibility: 'public' }) {
    this.file = file
    this.name = cleanLine(file.name)
    this.replacesId = target.replacesId
    this.#target = target
    this.#wish = wish
    this.#measure = createSendingSpeed(file.size)
  }

  /** Sends until all is sent, somebody stops it or the server refuses it for good. */
  async start(): Promise<void> {
    this.#running = new AbortController()
    const { signal } = this.#running
    this.fault = null
    this.state = 'starting'
    try {
      await holdUpload(fingerprintOf(this.file, this.replacesId), () => this.#sendOn(signal))
    } catch (error) {
      if (!signal.aborted) this.#refuse(error as ApiError)
    }
  }

  async #sendOn(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const before = this.sentBytes
      try {
        await this.#send(signal)
        if (!signal.aborted) this.#succeed()
        return
      } catch (error) {
        if (signal.aborted) return
        const failed = failedOf(error)
        const refusal = error instanceof ApiError ? refusalOf(error) : judgeFailure(failed)
        if (refusal) throw refusal
        this.isTaken = failed.status === 423
        failures = this.sentBytes > before ? 1 : failures + 1
        this.#pauseMeasuring('waiting')
        await waitUntilOnline(retryPauseMs(failures), signal)
      }
    }
  }

  pause(): void {
    if (this.state === 'sent' || this.state === 'refused' || this.state === 'failed') return
    this.#running.abort()
    this.#pauseMeasuring('paused')
  }

  /** Back to its place in the queue. */
  resume(): void {
    if (this.state === 'paused' || this.state === 'refused' || this.state === 'failed') this.state = 'queued'
  }

  /** What its sender says of the video, which holds for the next one where it has to be begun anew. */
  keepSettings(saved: Video): void {
    this.video = saved
    this.#wish = { title: saved.title, visibility: saved.visibility }
  }

  get visibility(): Visibility {
    return this.#wish.visibility
  }

  /** Takes everything back: the bytes, and the video that they would have become. */
  async cancel(): Promise<void> {
    this.state = 'cancelled'
    this.#running.abort()
    this.#stopFollowing()
    await this.#takeBack()
  }

  async #takeBack(): Promise<void> {
    const opening = this.#opening
    this.#opening = null
    // Its video may be on its way at this moment: it is taken back once it is there.
    const open = await opening?.catch(() => null)
    if (!open) return
    await open.sending.discard().catch(() => {})
    await this.#target.forget(open.videoId)
  }

  async #send(signal: AbortSignal): Promise<void> {
    const open = await this.#openOnce()
    signal.throwIfAborted()
    // What holds of a video that is gone on with holds for the next one, too.
    if (!this.video) this.keepSettings(await load<Video>(`/api/videos/${open.videoId}`))
    signal.throwIfAborted()
    this.state = 'sending'
    await open.sending.send({ onprogress: (bytes) => this.#progress(bytes), signal })
  }

  /** One video, however often it is paused and resumed while that video is being made. */
  #openOnce(): Promise<OpenUpload> {
    this.#opening ??= this.#takenBack
      .then(() => this.#target.open(this.file, this.#wish))
      .catch((error) => {
        this.#opening = null
        throw error
      })
    return this.#opening
  }

  #progress(bytes: number) {
    this.sentBytes = bytes
    this.speed = this.#measure.add(bytes, Date.now())
  }

  #pauseMeasuring(state: UploadState) {
    this.state = state
    this.speed = null
    this.#measure.forget()
  }

  #refuse(refusal: ApiError) {
    this.fault = refusal
    if (!endingOf(refusal.code)) return this.#pauseMeasuring('refused')
    this.#pauseMeasuring('failed')
    this.sentBytes = 0
    if (!this.replacesId) this.video = null
    // Whoever has the link would wait for a video that never comes.
    this.#takenBack = this.#takeBack().catch(() => {})
  }

  #succeed() {
    this.state = 'sent'
    this.sentBytes = this.file.size
    this.follow(this.video!)
  }

  /** Tells what becomes of the video from here on, also where it is tried again. */
  follow(video: Video) {
    this.#stopFollowing()
    this.video = video
    this.#stopFollowing = followVideo(video.id, (latest) => {
      this.video = latest
    })
  }
}

/** Our own API, asked before the first byte: only what says so passes by itself. */
function refusalOf(error: ApiError): ApiError | null {
  return ['unavailable', 'internal', 'too_many_requests'].includes(error.code) ? null : error
}
