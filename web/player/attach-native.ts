import type { Stream, StreamOptions } from './stream.ts'

/** Browsers without Media Source Extensions, above all older iPhones, play HLS by themselves. */
export function attachNative(video: HTMLVideoElement, options: StreamOptions): Stream {
  let positionSeconds = options.startSeconds
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  video.addEventListener('loadedmetadata', () => {
    if (positionSeconds > 0) video.currentTime = positionSeconds
  })
  video.addEventListener('durationchange', () => {
    const isWhole = Number.isFinite(video.duration)
    options.onGrowing(!isWhole)
    if (isWhole) options.onDuration(video.duration * 1_000)
  })
  video.addEventListener('timeupdate', () => {
    // Giving it another source takes it back to nought first.
    if (video.readyState > 0) positionSeconds = video.currentTime
  })
  video.addEventListener('playing', () => {
    if (failures > 0) options.onRecovered()
    failures = 0
  })
  video.addEventListener('error', () => {
    options.onError()
    if (video.error?.code === MediaError.MEDIA_ERR_DECODE) return options.onTrouble('media')
    options.onTrouble('network')
    clearTimeout(timer)
    timer = setTimeout(load, Math.min(30_000, 1_000 * 2 ** failures++))
  })
  let { url } = options
  load()

  function load(): void {
    clearTimeout(timer)
    const wasPlaying = failures > 0 || !video.paused || video.ended
    // A new source begins at the default speed.
    video.defaultPlaybackRate = video.playbackRate
    video.src = url
    if (wasPlaying) void video.play().catch(() => {})
  }

  function goOnWith(next: string): void {
    url = next
    load()
  }

  return { watch: () => {}, heights: () => [], choose: () => {}, retry: load, goOnWith }
}
