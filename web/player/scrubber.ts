import type { ControlsParts } from './controls.ts'
import { clockTime, slider } from './parts.ts'

/** The position: a slider that follows the media, and seeks while it is dragged. */
export function createScrubber({ stage, video, texts, durationMs }: ControlsParts): {
  scrub: HTMLInputElement
  time: HTMLElement
} {
  const scrub = slider('scrub', texts.seek, 1)
  const time = Object.assign(document.createElement('span'), { className: 'time' })
  const duration = () => (Number.isFinite(video.duration) ? video.duration : durationMs / 1_000)

  function show(): void {
    const total = duration()
    scrub.max = String(total || 1)
    scrub.value = String(video.currentTime)
    fill('--filled', video.currentTime, total)
    fill('--loaded', Math.max(video.currentTime, loadedUntil(video)), total)
    const [position, length] = [clockTime(video.currentTime), clockTime(total)]
    // A video that is still being made has no length yet, only as much as there is of it.
    const isGrowing = stage.hasAttribute('data-growing')
    time.textContent = `${position} / ${length}${isGrowing ? '…' : ''}`
    time.title = isGrowing ? texts.growing : ''
    scrub.ariaValueText = (isGrowing ? texts.positionSoFar : texts.positionOf)(position, length)
  }

  function fill(name: string, seconds: number, total: number): void {
    scrub.style.setProperty(name, `${total > 0 ? (100 * seconds) / total : 0}%`)
  }

  scrub.addEventListener('input', () => {
    video.currentTime = Number(scrub.value)
    show()
  })
  for (const event of ['timeupdate', 'seeked', 'durationchange', 'progress', 'ended'])
    video.addEventListener(event, show)
  show()
  return { scrub, time }
}

/** The end of the buffered range that holds the position, in seconds. */
export function loadedUntil({ buffered, currentTime }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    if (buffered.start(range) <= currentTime + 0.1 && buffered.end(range) > currentTime) return buffered.end(range)
  }
  return 0
}
