import type { Upload } from 'tus-js-client'
import type { Video } from '#contract/video.ts'
import { followVideo } from '#web/api/follow-video.ts'
import { ApiError, load, write } from '#web/api/write.ts'
import { openUpload } from './open-upload.ts'
import { createTimeLeft } from './time-left.ts'
import { titleOfFile } from './title-of-file.ts'

/**
 * One file on its way: a video that exists from the start, so that its link can be handed out, and a resumable upload
 * that fills it. `sent` means that every byte is on the server; what happens then is told by the video itself.
 */
export class UploadItem {
  readonly key = crypto.randomUUID()
  readonly file: File
  state = $state<'starting' | 'sending' | 'paused' | 'sent' | 'stopped'>('starting')
  video = $state.raw<Video | null>(null)
  sentBytes = $state(0)
  leftMs = $state<number | null>(null)
  fault = $state.raw<unknown>(null)

  #upload: Upload | null = null
  #timeLeft: ReturnType<typeof createTimeLeft>
  #stopFollowing = () => {}

  constructor(file: File) {
    this.file = file
    this.#timeLeft = createTimeLeft(file.size)
  }

  async start(): Promise<void> {
    this.fault = null
    this.state = 'starting'
    try {
      this.#upload ??= await this.#open()
      if (this.#isCancelled()) return
      this.#upload.start()
      this.state = 'sending'
    } catch (error) {
      this.#stop(error)
    }
  }

  async pause(): Promise<void> {
    this.state = 'paused'
    this.leftMs = null
    this.#timeLeft.forget()
    await this.#upload?.abort()
  }

  /** Takes everything back: the bytes and the video. */
  async cancel(): Promise<void> {
    this.state = 'stopped'
    this.#stopFollowing()
    await this.#upload?.abort(true).catch(() => {})
    if (this.video) await write('DELETE', `/api/videos/${this.video.id}`)
  }

  #isCancelled(): boolean {
    return this.state === 'stopped'
  }

  async #open(): Promise<Upload> {
    const { upload, videoId } = await openUpload(this.file, {
      createVideo: async () => {
        const draft = await write<Video>('POST', '/api/videos/drafts', { title: titleOfFile(this.file.name) })
        return draft.id
      },
      hasVideo: async (id) => (await load<Video>(`/api/videos/${id}`).catch(() => null))?.status === 'uploading',
      onProgress: (bytes) => this.#progress(bytes),
      onSuccess: () => this.#succeed(),
      onError: (error) => this.#stop(error),
    })
    this.video = await load<Video>(`/api/videos/${videoId}`)
    return upload
  }

  #progress(bytes: number) {
    this.sentBytes = bytes
    this.leftMs = this.#timeLeft.add(bytes, Date.now())
  }

  #succeed() {
    this.state = 'sent'
    this.sentBytes = this.file.size
    this.#stopFollowing = followVideo(this.video!.id, (latest) => {
      this.video = latest
    })
  }

  #stop(error: unknown) {
    this.state = 'paused'
    this.leftMs = null
    this.fault = error instanceof ApiError ? error : new ApiError('unavailable', '')
  }
}
