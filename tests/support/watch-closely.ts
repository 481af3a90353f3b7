import type { Frame, Page } from 'playwright-core'
import { until } from './until.ts'

/** What is used of the browser's own element, which this side knows nothing of. */
export interface VideoElement {
  currentTime: number
  playbackRate: number
  videoHeight: number
  duration: number
  ended: boolean
  buffered: { length: number; end(index: number): number }
  watched: Watched
  requestVideoFrameCallback(note: () => void): void
  addEventListener(name: string, note: () => void): void
}

export interface Watched {
  positions: number[]
  events: string[]
  /** Where it waited although it was not at its end, with nothing more to show. */
  stalledAt: number[]
}

/** Runs in the page: notes where the picture is at each of its frames, and everything that interrupts it. */
export function watchClosely(video: VideoElement): void {
  const watched: Watched = { positions: [], events: [], stalledAt: [] }
  video.watched = watched
  const note = () => {
    watched.positions.push(video.currentTime)
    video.requestVideoFrameCallback(note)
  }
  video.requestVideoFrameCallback(note)
  for (const name of ['error', 'ended', 'emptied', 'seeking']) {
    video.addEventListener(name, () => watched.events.push(name))
  }
  // A busy machine is late with pictures that are there; that is no fault of the stream.
  video.addEventListener('waiting', () => {
    const { buffered, currentTime, duration } = video
    const end = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0
    if (end - currentTime < 0.2 && duration - currentTime > 0.5) watched.stalledAt.push(currentTime)
  })
}

/** Once the player's video is there: notes everything from now on, and waits until it has played for so long. */
export async function watchFrom(player: Page | Frame, seconds: number): Promise<void> {
  await player.waitForSelector('video', { state: 'attached' })
  await askVideo(player, watchClosely)
  await until(
    () => askVideo(player, (video) => video.currentTime),
    (position) => position > seconds,
  )
}

/** Runs in the page, with its video element: names nothing from outside. */
export function askVideo<Answer>(player: Page | Frame, question: (video: VideoElement) => Answer): Promise<Answer> {
  return player.locator('video').evaluate(question as never) as Promise<Answer>
}
