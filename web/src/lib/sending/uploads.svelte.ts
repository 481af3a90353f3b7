import type { Visibility } from '#contract/video.ts'
import { UploadItem } from './upload-item.svelte.ts'
import { newVideo, replacementOf } from './upload-target.ts'

// More side by side make each slower, and the first video later.
const sideBySide = 2

/** All uploads of this tab. They belong to the tab and not to the page, so that walking through the site does not stop them. */
class Uploads {
  items = $state.raw<UploadItem[]>([])
  /** Who may watch what is added from now on. */
  visibility = $state<Visibility>('public')
  readonly unsent = $derived(this.items.filter(({ state }) => state !== 'sent' && state !== 'failed'))
  readonly isSending = $derived(this.items.some((item) => item.isActive || item.state === 'queued'))
  /** What was over before the present files were added: beside it, a share would say little of them. */
  #earlier = $state.raw<UploadItem[]>([])
  readonly #present = $derived(
    // One that failed and is tried again is sent like the others.
    this.items.filter(
      (item) => item.state !== 'failed' && (this.unsent.includes(item) || !this.#earlier.includes(item)),
    ),
  )
  /** 0 to 1, of all that was to be sent since there was nothing to send: it does not fall when one of several has arrived. */
  readonly share = $derived(
    sumOf(this.#present, (item) => item.sentBytes) / sumOf(this.#present, (item) => item.file.size) || 0,
  )
  readonly isPaused = $derived(this.items.some(({ state }) => state === 'paused'))

  add(files: Iterable<File>, visibility = this.visibility) {
    const added = Array.from(files)
      .filter((file) => !this.unsent.some((item) => !item.replacesId && isSame(item.file, file)))
      .map((file) => new UploadItem(file, newVideo, { visibility }))
    this.#beginAnew()
    this.items = [...this.items, ...added]
    this.#startNext()
  }

  /** Of one video one file at a time: the last one that was chosen. */
  async replace(videoId: string, file: File) {
    const former = this.unsent.find((item) => item.replacesId === videoId)
    if (former && isSame(former.file, file)) return this.resume(former)
    if (former) await this.remove(former)
    this.#beginAnew()
    this.items = [
      ...this.items.filter((item) => item.replacesId !== videoId),
      new UploadItem(file, replacementOf(videoId)),
    ]
    this.#startNext()
  }

  pause(item: UploadItem) {
    item.pause()
    this.#startNext()
  }

  resume(item: UploadItem) {
    item.resume()
    this.#startNext()
  }

  pauseAll() {
    for (const item of this.unsent) item.pause()
  }

  resumeAll() {
    for (const item of this.unsent) item.resume()
    this.#startNext()
  }

  async remove(item: UploadItem) {
    this.items = this.items.filter((other) => other !== item)
    this.#startNext()
    await item.cancel()
  }

  /** Another file in the place of one of which nothing can become. */
  async exchange(item: UploadItem, file: File) {
    if (item.replacesId) return this.replace(item.replacesId, file)
    await this.remove(item)
    this.add([file], item.visibility)
  }

  #beginAnew() {
    if (this.unsent.length === 0) this.#earlier = this.items
  }

  #startNext() {
    const places = sideBySide - this.items.filter(({ isActive }) => isActive).length
    const next = this.items.filter(({ state }) => state === 'queued').slice(0, Math.max(0, places))
    for (const item of next) item.start().finally(() => this.#startNext())
  }
}

function sumOf(items: UploadItem[], of: (item: UploadItem) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0)
}

/** As far as a browser tells: choosing a file twice does not send it twice. */
function isSame(one: File, other: File): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified
}

export const uploads = new Uploads()
