import type { EmbedBoot } from '#contract/embed.ts'
import type { PlayState } from '#contract/play-state.ts'
import { isEngaged, isFinish, isView } from '#contract/play-steps.ts'
import { createBeaconSender } from './beacon-sender.ts'
import { readFrameHealth } from './frame-health.ts'
import { openPlay } from './open-play.ts'
import { watchVisibility } from './visibility.ts'
import { createWatchClock } from './watch-clock.ts'
import { watchMedia } from './watch-media.ts'

/** What the rest of the player tells about a play beside what its media element shows. */
export interface PlayReport {
  wish(by: 'person' | 'autoplay'): void
  autoplayBlocked(): void
  failed(): void
  /** The length for good, where the document did not know it because the video was still growing. */
  knowDuration(durationMs: number): void
  /** Which steps of the ladder it has come to: loaded, seen, started, view, engaged, finished. */
  reached(): boolean[]
  /** Whether the collector has heard of this play. */
  isHeard(): boolean
}

/** Counts this opening of the player and all that follows, and tells the collector. Nothing here waits or throws. */
export function reportPlay(boot: EmbedBoot, video: HTMLVideoElement, stage: HTMLElement): PlayReport {
  const clock = createWatchClock(boot.durationMs)
  const facts = { visible: false, errors: 0, autoplayBlocked: false, ...readFrameHealth() }
  const readPicture = pictureReader(video)
  let durationMs = boot.durationMs

  const readState = (): PlayState => ({ ...facts, ...clock.state(), ...readPicture() })
  const sender = createBeaconSender({ url: boot.beaconUrl, durationMs: () => durationMs, readState })
  const isPlaying = () => !video.paused && !video.ended
  const notice = () => sender.notice(isPlaying())

  watchMedia(video, clock, notice)
  watchVisibility(stage, () => {
    facts.visible = true
    notice()
  })
  void openPlay(boot).then(sender.useToken)
  // Not opened yet and perhaps never: then the document's own token counts for the whole play.
  const useOwnToken = () => sender.useToken(boot.token)
  watchPage({
    onHide: () => {
      useOwnToken()
      sender.hide()
    },
    onLeave: () => {
      useOwnToken()
      sender.leave()
    },
    onComeBack: () => sender.comeBack(isPlaying()),
  })

  return {
    wish: (by) => clock.wish(by, performance.now()),
    autoplayBlocked: () => {
      facts.autoplayBlocked = true
      clock.withdrawWish()
      notice()
    },
    failed: () => {
      facts.errors++
      notice()
    },
    knowDuration: (known) => {
      if (durationMs === 0) durationMs = known
      clock.setDuration(known)
    },
    reached: () => {
      const state = readState()
      const { visible, started } = state
      const watched = [isView, isEngaged, isFinish].map((isReached) => isReached(state, durationMs))
      return [true, visible, started !== 'no', ...watched]
    },
    isHeard: sender.isHeard,
  }
}

/** Height of the rendition and size of the player, as last seen: a page that is being left has no boxes any more. */
function pictureReader(video: HTMLVideoElement) {
  let size = { playerWidth: 0, playerHeight: 0 }
  return () => {
    const box = video.getBoundingClientRect()
    // The stage keeps a least height; of a frame that is smaller still, nobody sees more than the frame.
    const [width, height] = [Math.min(box.width, innerWidth), Math.min(box.height, innerHeight)]
    if (width > 0 && height > 0) size = { playerWidth: Math.ceil(width), playerHeight: Math.ceil(height) }
    return { quality: video.videoHeight, ...size }
  }
}

interface PageEvents {
  /** Phones often end a page without a word after this. */
  onHide: () => void
  onLeave: () => void
  /** Out of the browser's cache of pages, by its back and forward buttons. */
  onComeBack: () => void
}

function watchPage({ onHide, onLeave, onComeBack }: PageEvents): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') onHide()
  })
  window.addEventListener('pagehide', onLeave)
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) onComeBack()
  })
}
