import type { CaptionLink } from '#contract/captions.ts'
import type { EmbedBoot } from '#contract/embed.ts'
import { createCaptions } from './captions.ts'
import controlsCss from './controls.css?inline'
import { createFullscreen } from './fullscreen.ts'
import { hideWhenIdle } from './idle.ts'
import { createInfo } from './info-panel.ts'
import { listenToKeys } from './keyboard.ts'
import { addStyle, iconButton } from './parts.ts'
import { createQualityPicker, createSpeedPicker } from './pickers.ts'
import { createPictureButton } from './picture-in-picture.ts'
import type { PlayReport } from './play-report.ts'
import { previewOnDemand } from './preview-on-demand.ts'
import { createScrubber } from './scrubber.ts'
import { showState } from './show-state.ts'
import type { Stream } from './stream.ts'
import type { Texts } from './texts.ts'
import { createVolume } from './volume.ts'

export interface ControlsParts {
  stage: HTMLElement
  video: HTMLVideoElement
  stream: Stream
  texts: Texts
  /** 0 while the video still grows. */
  durationMs: number
  playId: string
  boot: Pick<EmbedBoot, 'videoId' | 'token'>
  /** Only the document's own script knows how to fetch another. */
  loadPreview(): Promise<typeof import('./preview.ts')>
  captions: readonly CaptionLink[]
  report: PlayReport
}

export interface Controls {
  /** The stream knows its qualities now. */
  offerHeights(): void
}

/** The bar under the picture, and what keys, pointer and fingers do. */
export function createControls(parts: ControlsParts): Controls {
  const { stage, video, stream, texts } = parts
  addStyle(controlsCss)
  const toggle = () => void (video.paused ? video.play().catch(() => {}) : video.pause())
  const playButton = iconButton('play', texts.play, toggle)
  const { scrub, time } = createScrubber(parts)
  const volume = createVolume(video, texts)
  const quality = createQualityPicker(video, stream, texts)
  const fullscreen = createFullscreen(stage, video, texts)
  const picture = createPictureButton(video, texts)
  const info = createInfo(parts)
  const captions = createCaptions(parts)

  const row = element('div', 'row')
  row.append(playButton, volume.button, volume.slider, time, quality.select, createSpeedPicker(video, texts))
  if (captions.control) row.append(captions.control)
  row.append(info.button, picture, fullscreen.button)
  const bar = element('div', 'bar')
  Object.assign(bar, { role: 'group', ariaLabel: texts.controls })
  bar.append(scrub, row)
  stage.append(bar)
  previewOnDemand(scrub, bar, parts)

  showState(stage, video, playButton, texts)
  hideWhenIdle(stage, bar, video)
  listenToKeys({
    video,
    toggle,
    toggleMute: volume.toggleMute,
    toggleFullscreen: fullscreen.toggle,
    toggleInfo: info.toggle,
    toggleCaptions: captions.toggle,
  })
  listenToPointer(stage, video, toggle, fullscreen.toggle)
  return { offerHeights: quality.offer }
}

/** A mouse click on the picture plays or pauses; a finger only brings the bar back (idle.ts), where the buttons are. */
function listenToPointer(stage: HTMLElement, video: HTMLVideoElement, toggle: () => void, enlarge: () => void): void {
  video.addEventListener('click', (event) => {
    if ((event as PointerEvent).pointerType !== 'touch' && stage.dataset.state !== 'poster') toggle()
  })
  video.addEventListener('dblclick', enlarge)
}

function element(name: string, className: string): HTMLElement {
  return Object.assign(document.createElement(name), { className })
}
