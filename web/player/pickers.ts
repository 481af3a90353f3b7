import { type Choice, fillPicker, picker } from './parts.ts'
import type { Stream } from './stream.ts'
import type { Texts } from './texts.ts'

/** Hidden where there is nothing to choose. */
export function createQualityPicker(video: HTMLVideoElement, stream: Stream, texts: Texts) {
  const select = picker('quality', texts.quality)
  let choices: Choice<number | null>[] = []
  select.hidden = true
  select.addEventListener('change', () => stream.choose(choices[Number(select.value)]!.value))
  video.addEventListener('resize', showAutomatic)

  function offer(): void {
    const heights = stream.heights()
    choices = [{ value: null, label: texts.automatic }, ...heights.map(choiceOf)]
    fillPicker(select, choices, 0)
    select.hidden = heights.length < 2
    showAutomatic()
  }

  /** What "automatic" has chosen at the moment. */
  function showAutomatic(): void {
    const [automatic] = select.options
    if (automatic) automatic.text = video.videoHeight ? `${texts.automatic} ${video.videoHeight}p` : texts.automatic
  }

  return { select, offer }
}

function choiceOf(height: number): Choice<number> {
  return { value: height, label: `${height}p` }
}

const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2].map((value) => ({ value, label: `${value}×` }))

export function createSpeedPicker(video: HTMLVideoElement, texts: Texts): HTMLSelectElement {
  const select = picker('speed', texts.speed)
  fillPicker(
    select,
    speeds,
    speeds.findIndex(({ value }) => value === 1),
  )
  select.addEventListener('change', () => {
    video.playbackRate = speeds[Number(select.value)]!.value
  })
  return select
}
