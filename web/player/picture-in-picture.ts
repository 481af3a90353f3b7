import { iconButton } from './parts.ts'
import type { Texts } from './texts.ts'

export function createPictureButton(video: HTMLVideoElement, texts: Texts): HTMLButtonElement {
  const button = iconButton('picture', texts.pictureInPicture, () => {
    const change = document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture()
    // Refused for want of a picture or by the page: nothing is lost.
    Promise.resolve(change).catch(() => {})
  })
  button.classList.add('picture')
  button.hidden = !document.pictureInPictureEnabled
  return button
}
