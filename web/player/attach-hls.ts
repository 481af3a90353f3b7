// The one file that names hls.js.
import Hls, { type ErrorData, type HlsConfig, type Level } from 'hls.js'
import type { Stream, StreamOptions } from './stream.ts'

/** Plays through Media Source Extensions; recovers from what can be recovered from, and says what can't. */
export function attachHls(video: HTMLVideoElement, options: StreamOptions): Stream {
  const hls = new Hls(configFor(options))
  let { url } = options
  const recovery = createRecovery(hls, options, () => url)

  hls.on(Hls.Events.MANIFEST_PARSED, () => options.onHeights())
  noteGrowth(hls, options)
  hls.on(Hls.Events.FRAG_BUFFERED, () => endStreamAtItsEnd(hls, video))
  hls.loadSource(url)
  hls.attachMedia(video)

  return {
    watch: () => {
      hls.config.maxBufferLength = 30
    },
    heights: () => [...new Set(hls.levels.map((level) => level.height))].filter(Boolean).sort((a, b) => b - a),
    choose: (height) => {
      hls.nextLevel = height === null ? -1 : bestLevel(hls, height)
    },
    retry: recovery.retry,
    goOnWith: (next) => {
      url = next
      const wasPlaying = !video.paused || video.ended
      hls.config.startPosition = video.currentTime
      keepSpeed(video)
      hls.loadSource(url)
      if (wasPlaying) void video.play().catch(() => {})
    },
  }
}

/** A new source begins at the default speed. */
function keepSpeed(video: HTMLMediaElement): void {
  video.defaultPlaybackRate = video.playbackRate
}

/** Levels are sorted by bit rate; the last of a height is its best. One of the same codec needs no other decoder. */
function bestLevel({ levels, loadLevel, firstAutoLevel }: Hls, height: number): number {
  const ofHeight = (level: Level) => level.height === height
  const codecs = levels[loadLevel < 0 ? firstAutoLevel : loadLevel]?.codecSet
  const alike = levels.findLastIndex((level) => ofHeight(level) && level.codecSet === codecs)
  return alike >= 0 ? alike : levels.findLastIndex(ofHeight)
}

/** A comment in playlists that were given up for another; workers/transcoder/media/hls/growing-playlist.ts writes it. */
const movedMark = '## QQVideo: goes on elsewhere'

// Encoders write a segment every few seconds; one that is silent for this long may have died and have a successor.
const silentMs = 20_000

function noteGrowth(hls: Hls, options: StreamOptions): void {
  let grewAtMs = performance.now()
  hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => {
    const isMoved = details.m3u8.includes(movedMark)
    options.onGrowing(details.live || isMoved)
    if (isMoved) return options.onMoved()
    if (!details.live) return options.onDuration(details.totalduration * 1_000)
    if (!details.updated && performance.now() - grewAtMs > silentMs) options.onMoved()
    else if (!details.updated) return
    grewAtMs = performance.now()
  })
}

function configFor({ startSeconds, isLive }: StreamOptions): Partial<HlsConfig> {
  return {
    // A video that is still being made looks live; only a recording is to be joined where it is.
    startPosition: isLive && startSeconds === 0 ? -1 : startSeconds,
    // Enough for an immediate start; `watch` raises it.
    maxBufferLength: 6,
    maxMaxBufferLength: 60,
    // Phones run out of memory on what was watched an hour ago.
    backBufferLength: 30,
    capLevelToPlayerSize: true,
    startFragPrefetch: true,
    // Measuring with a segment that is thrown away would delay the first picture; the browser's guess will do.
    testBandwidth: false,
    abrEwmaDefaultEstimate: guessBitsPerSecond(),
  }
}

/** Chromium tells the line's speed in Mb/s; two thirds of it, so that the first segments don't stall. */
function guessBitsPerSecond(): number {
  const { connection } = navigator as { connection?: { downlink?: number } }
  return (connection?.downlink ?? 3) * 1_000_000 * 0.66
}

/**
 * Sound is often some milliseconds longer than the picture. hls.js takes a last segment that short for missing and waits
 * for it for ever, and so would the viewer, on the last picture.
 */
function endStreamAtItsEnd(hls: Hls, { buffered, currentTime }: HTMLVideoElement): void {
  const details = hls.latestLevelDetails
  const last = buffered.length - 1
  if (!details || details.live || hls.bufferedToEnd || last < 0) return
  const isWhole = buffered.end(last) >= details.totalduration - negligibleSeconds
  if (isWhole && currentTime >= buffered.start(last)) hls.trigger(Hls.Events.BUFFER_EOS, { type: null })
}

// Three pictures, four frames of sound: nobody misses them.
const negligibleSeconds = 0.1

/** `urlNow` gives the address of what plays now, which may be another than at the start. */
function createRecovery(hls: Hls, options: StreamOptions, urlNow: () => string) {
  let failures = 0
  let mediaFailures = 0
  let isTroubled = false
  let timer: ReturnType<typeof setTimeout> | undefined

  hls.on(Hls.Events.ERROR, (_, error) => {
    if (!error.fatal) return
    options.onError()
    recover(error)
  })
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    if (!isTroubled) return
    isTroubled = false
    failures = 0
    options.onRecovered()
  })
  window.addEventListener('online', () => {
    if (isTroubled) retry()
  })

  function recover(error: ErrorData): void {
    isTroubled = true
    const status = error.response?.code
    if (status === 403 || status === 410) options.onTrouble('expired')
    else if (error.type === Hls.ErrorTypes.NETWORK_ERROR) retryLater()
    else if (error.type === Hls.ErrorTypes.MEDIA_ERROR && mediaFailures++ < mostMediaFailures) startDecoderAnew()
    else options.onTrouble('media')
  }

  function retryLater(): void {
    options.onTrouble('network')
    clearTimeout(timer)
    timer = setTimeout(retry, Math.min(30_000, 1_000 * 2 ** failures++))
  }

  function retry(): void {
    clearTimeout(timer)
    if (hls.levels.length === 0) hls.loadSource(urlNow())
    else hls.startLoad()
    if (hls.media?.error) startDecoderAnew()
  }

  function startDecoderAnew(): void {
    if (hls.media) keepSpeed(hls.media)
    hls.recoverMediaError()
  }

  return { retry }
}

// A decoder that stumbled is started anew; one that stumbles on and on won't play this.
const mostMediaFailures = 3
