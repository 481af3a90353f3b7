import type { VideoImport } from '#contract/imports.ts'
import type { Video } from '#contract/video.ts'
import { followImport } from '#web/api/follow-import.ts'
import { followVideo } from '#web/api/follow-video.ts'
import { load, write } from '#web/api/write.ts'

/** One file that the site fetches by itself: followed until every byte is here, then as a video. */
export class ImportItem {
  readonly videoId: string
  latest = $state.raw<VideoImport>() as VideoImport
  video = $state.raw<Video | null>(null)

  #stopFollowing = () => {}

  constructor(first: VideoImport) {
    this.videoId = first.videoId
    this.latest = first
    this.#follow()
  }

  async retry(): Promise<void> {
    this.latest = await write<VideoImport>('POST', `/api/imports/${this.videoId}/retry`)
    this.#follow()
  }

  async remove(): Promise<void> {
    await write('DELETE', `/api/imports/${this.videoId}`)
    this.leave()
  }

  leave(): void {
    this.#stopFollowing()
  }

  #follow(): void {
    this.#stopFollowing()
    this.#stopFollowing = followImport(this.videoId, (latest) => {
      this.latest = latest
      if (latest.state === 'stored') this.#followVideo()
      else if (!this.video) this.#readVideo()
    })
  }

  #followVideo(): void {
    this.#stopFollowing = followVideo(this.videoId, (video) => {
      this.video = video
    })
  }

  /** Its title and who may watch it can be said while it arrives. */
  async #readVideo(): Promise<void> {
    this.video = await load<Video>(`/api/videos/${this.videoId}`).catch(() => null)
  }
}
