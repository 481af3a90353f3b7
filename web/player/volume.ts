import { iconButton, slider } from './parts.ts'
import type { Texts } from './texts.ts'

export function createVolume(video: HTMLVideoElement, texts: Texts) {
  const button = iconButton('loud', texts.mute, toggleMute)
  const input = slider('volume', texts.volume, 1)

  function toggleMute(): void {
    const isSilent = video.muted || video.volume === 0
    video.muted = !isSilent
    if (isSilent && video.volume === 0) video.volume = 0.5
  }

  function show(): void {
    const loudness = video.muted ? 0 : video.volume
    input.value = String(loudness)
    input.style.setProperty('--filled', `${loudness * 100}%`)
    input.ariaValueText = `${Math.round(loudness * 100)} %`
    if (loudness === 0) button.become('silent', texts.unmute)
    else button.become('loud', texts.mute)
  }

  input.addEventListener('input', () => {
    video.muted = false
    video.volume = Number(input.value)
  })
  video.addEventListener('volumechange', show)
  show()
  return { button, slider: input, toggleMute }
}
