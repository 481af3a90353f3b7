import type { Video, VideoChanges } from '#contract/video.ts'
import { write } from '../api/write.ts'

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

  async #save(changes: VideoChanges): Promise<Video | null> {
    this.fault = null
    const asked = { ...this.saved, ...changes }
    try {
      this.saved = await write<Video>('PATCH', `/api/videos/${asked.id}`, changes)
    } catch (error) {
      this.fault = error
      return null
    }
    // As the site has it by now, where nobody has written anything else meanwhile.
    const untouched = names.filter((name) => this[name] === asked[name])
    Object.assign(this, Object.fromEntries(untouched.map((name) => [name, this.saved[name]])))
    return this.saved
  }
}
