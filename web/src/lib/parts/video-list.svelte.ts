import type { Page, VideoCard } from '#contract/video.ts'
import { load } from '../api/write.ts'

/** A list of videos, read a page at a time; the first page came with whatever shows it. */
export class VideoList {
  items = $state.raw<VideoCard[]>([])
  next = $state<string | null>(null)
  isLoading = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #addressOf: (cursor: string) => string

  constructor(first: Page<VideoCard>, addressOf: (cursor: string) => string) {
    this.items = first.items
    this.next = first.next
    this.#addressOf = addressOf
  }

  async readOn(): Promise<void> {
    this.isLoading = true
    this.fault = null
    try {
      const page = await load<Page<VideoCard>>(this.#addressOf(encodeURIComponent(this.next ?? '')))
      this.items = [...this.items, ...page.items]
      this.next = page.next
    } catch (fault) {
      this.fault = fault
    } finally {
      this.isLoading = false
    }
  }
}
