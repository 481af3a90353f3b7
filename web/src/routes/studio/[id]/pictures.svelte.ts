import type { Pictures } from '#contract/pictures.ts'
import type { StoryboardTile } from '#contract/storyboard.ts'
import { reasonOf } from '#web/api/read.ts'
import { ApiError, load, write } from '#web/api/write.ts'
import { loadTiles } from '#web/storyboard/load-tiles.ts'
import { readWorths } from './read-worths.ts'
import { suggestedTiles } from './suggested-tiles.ts'

const askAgainMs = 1_000
const lookForTilesMs = 10_000
const suggestions = 6

/** A video's pictures as the studio shows them: asked for again while something is being made. */
export class PicturesOf {
  now = $state<Pictures | null>(null)
  tiles = $state.raw<StoryboardTile[]>([])
  /** Those that make good posters. */
  suggested = $state.raw<StoryboardTile[]>([])
  isSending = $state(false)
  fault = $state<unknown>(null)
  readonly #videoId: string
  #shownStoryboard: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #isEnded = false

  constructor(videoId: string) {
    this.#videoId = videoId
  }

  get isWorking(): boolean {
    return this.isSending || this.now?.wish?.state === 'working'
  }

  /** Begins to ask; gives what ends it. */
  follow(): () => void {
    void this.#ask()
    return () => {
      this.#isEnded = true
      clearTimeout(this.#timer)
    }
  }

  useMoment(atMs: number): Promise<void> {
    return this.#change(() => write<Pictures>('PUT', `${this.#path}/poster`, { atMs }))
  }

  send(image: File): Promise<void> {
    const body = new FormData()
    body.set('image', image)
    return this.#change(() => put(`${this.#path}/poster`, body))
  }

  useAutomatic(): Promise<void> {
    return this.#change(() => write<Pictures>('DELETE', `${this.#path}/poster`))
  }

  get #path(): string {
    return `/api/videos/${this.#videoId}`
  }

  async #change(deed: () => Promise<Pictures>): Promise<void> {
    if (this.isSending) return
    this.isSending = true
    this.fault = null
    try {
      await this.#take(await deed())
    } catch (error) {
      this.fault = error
    } finally {
      this.isSending = false
    }
  }

  async #ask(): Promise<void> {
    // One question that is lost is made up for by the next.
    const answer = await load<Pictures>(`${this.#path}/pictures`).catch(() => null)
    if (answer) await this.#take(answer)
    else this.#askLater(lookForTilesMs)
  }

  async #take(pictures: Pictures): Promise<void> {
    this.now = pictures
    if (pictures.wish?.state === 'working') this.#askLater(askAgainMs)
    else if (!pictures.storyboardUrl) this.#askLater(lookForTilesMs)
    if (pictures.storyboardUrl === this.#shownStoryboard) return
    this.#shownStoryboard = pictures.storyboardUrl
    const tiles = await loadTiles(pictures.storyboardUrl)
    this.suggested = suggestedTiles(tiles, suggestions, await readWorths(tiles))
    this.tiles = tiles
  }

  #askLater(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isEnded) this.#timer = setTimeout(() => void this.#ask(), ms)
  }
}

async function put(path: string, body: FormData): Promise<Pictures> {
  const answer = await fetch(path, { method: 'PUT', body }).catch(() => {
    throw new ApiError('unavailable', '')
  })
  if (answer.ok) return answer.json()
  const { code, message } = await reasonOf(answer)
  throw new ApiError(code, message)
}
