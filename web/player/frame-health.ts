import type { PlayState } from '#contract/play-state.ts'

/** What the embedding page forbids its frame. */
export function readFrameHealth(): Pick<PlayState, 'fullscreenBlocked' | 'sandboxed'> {
  return {
    fullscreenBlocked: !canFullscreen(),
    // A frame with a sandbox that keeps its origin can't be told from a free one, and lacks nothing that we need.
    sandboxed: window.origin === 'null',
  }
}

// iPhones have no fullscreen for elements, only for the video itself; that is not the page's doing.
function canFullscreen(): boolean {
  return document.fullscreenEnabled || 'webkitEnterFullscreen' in HTMLVideoElement.prototype
}
