import type { ClockEvent, WatchClock } from './watch-clock.ts'

const events = ['play', 'playing', 'pause', 'waiting', 'seeked', 'ended', 'ratechange'] as const

/** Tells the clock every event of the media element, and samples it four times a second while it plays. */
export function watchMedia(video: HTMLVideoElement, clock: WatchClock, onChange: () => void): void {
  let timer: ReturnType<typeof setInterval> | undefined

  function note(event: ClockEvent, nowMs = performance.now()): void {
    clock.note(event, {
      nowMs,
      positionMs: video.currentTime * 1_000,
      rate: video.playbackRate,
      isHidden: document.visibilityState === 'hidden',
    })
    onChange()
  }

  // A pause is told by `timeupdate` a moment before `pause`; what is sent then must not say that it plays.
  const tick = () => note(video.paused ? 'pause' : 'tick')
  for (const event of events) video.addEventListener(event, () => note(event))
  // A busy page hears of a seek late, when the picture has long stopped running on; the event knows when it was.
  video.addEventListener('seeking', ({ timeStamp }) => note('seeking', timeStamp))
  // A hidden tab's timers are slowed down; the element's own heartbeat is not.
  video.addEventListener('timeupdate', tick)
  document.addEventListener('visibilitychange', tick)
  video.addEventListener('play', () => {
    timer ??= setInterval(tick, 250)
  })
  video.addEventListener('pause', () => {
    timer = void clearInterval(timer)
  })
  noteFirstPictures(video, tick)
}

/** The first moving picture is wanted to the frame; afterwards four samples a second are exact enough. */
function noteFirstPictures(video: HTMLVideoElement, tick: () => void): void {
  let pictures = 0
  const onPicture = () => {
    tick()
    if (++pictures < 3) video.requestVideoFrameCallback(onPicture)
  }
  if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(onPicture)
}
