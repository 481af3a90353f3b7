import { iconButton } from './parts.ts'
import type { Texts } from './texts.ts'

interface IPhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void
}

/** The stage goes full screen with its controls; on iPhones the video does alone. Hidden where the page forbids it. */
export function createFullscreen(stage: HTMLElement, video: IPhoneVideo, texts: Texts) {
  const button = iconButton('enlarge', texts.fullscreen, toggle)
  button.hidden = !document.fullscreenEnabled && !video.webkitEnterFullscreen
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement) button.become('reduce', texts.leaveFullscreen)
    else button.become('enlarge', texts.fullscreen)
  })

  function toggle(): void {
    if (document.fullscreenElement) void document.exitFullscreen()
    else if (document.fullscreenEnabled) stage.requestFullscreen().catch(() => {})
    else video.webkitEnterFullscreen?.()
  }

  return { button, toggle }
}
