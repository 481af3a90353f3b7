import type { Video, VideoChanges } from '#contract/video.ts'
import { ApiError, write } from '../api/write.ts'
import { retryPauseMs } from '../sending/judge-failure.ts'
import { waitUntilOnline } from '../sending/wait-until-online.ts'

const names = ['title', 'description', 'visibility'] as const

/** What a person says of a video, and what of it the site has. */
export class VideoForm {
  title = $state('')
  description = $state('')
  visibility = $state<Video['visibility']>('public')
  fault = $state.raw<unknown>(null)
  /** As the site is known to have it. */
  saved = $state.raw<Video>() as Video
  readonly changes = $derived<VideoChanges>(
    Object.fromEntries(names.filter((name) => this[name] !== this.saved[name]).map((name) => [name, this[name]])),
  )
  readonly isUnsaved = $derived(Object.keys(this.changes).length > 0)
  #waiting = $state(0)
  readonly isSaving = $derived(this.#waiting > 0)
  #last: Promise<unknown> = Promise.resolve()

  constructor(video: Video) {
    this.saved = video
    this.title = video.title
    this.description = video.description
    this.visibility = video.visibility
  }

  /** Saves these changes, one after another, so that the last choice is what stays. Null where that failed. */
  save(changes: VideoChanges): Promise<Video | null> {
    this.#waiting++
    const saving = this.#last.then(() => this.#save(changes)).finally(() => this.#waiting--)
    this.#last = saving
    return saving
  }

  /**
   * Tries until the site has it, refuses it, or something else was chosen: what is sent goes on by itself after an outage,
   * and would be shown to whom it was closed for. Null where it is not saved.
   */
  async saveVisibility(signal: AbortSignal): Promise<Video | null> {
    const { visibility } = this
    for (let failures = 1; ; failures++) {
      const saved = await this.save({ visibility })
      const isAway = this.fault instanceof ApiError && this.fault.code === 'unavailable'
      if (saved || !isAway) return saved
      await waitUntilOnline(retryPauseMs(failures), signal)
      if (signal.aborted || this.visibility !== visibility || this.saved.visibility === visibility) return null
    }
  }

  async #save(changes: VideoChanges): Promise<Video | null> {
    const asked = { ...this.saved, ...changes }
    try {
      this.saved = await write<Video>('PATCH', `/api/videos/${asked.id}`, changes)
    } catch (error) {
      this.fault = error
      return null
    }
    this.fault = null
    // As the site has it by now, where nobody has written anything else meanwhile.
    const untouched = names.filter((name) => this[name] === asked[name])
    Object.assign(this, Object.fromEntries(untouched.map((name) => [name, this.saved[name]])))
    return this.saved
  }
}
