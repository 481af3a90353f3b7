import type { CaptionLink } from '#contract/captions.ts'
import { chooseCaptions } from './choose-captions.ts'
import type { ControlsParts } from './controls.ts'
import { icon } from './icons.ts'
import { fillPicker, iconButton, picker } from './parts.ts'
import { createCueBox } from './show-cues.ts'

const words = {
  en: { captions: 'Captions', off: 'Off' },
  zh: { captions: '字幕', off: '关闭' },
}

export interface Captions {
  /** What belongs in the bar; null where there is nothing to show. */
  control: HTMLElement | null
  toggle(): void
}

/** One button for one language, a list for several; words are fetched once somebody wants to read them. */
export function createCaptions({ stage, video, texts, captions }: ControlsParts): Captions {
  if (captions.length === 0) return { control: null, toggle: () => {} }
  const box = createCueBox(stage, video)
  const tracks = new Map<number, HTMLTrackElement>()
  const asked = new URLSearchParams(location.search).get('captions') ?? ''
  const choice = chooseCaptions(captions, asked, navigator.languages)
  let last = choice.preferred
  let chosen = -1
  const { control, show } = createControl(captions, words[texts.language], choose, toggle)
  choose(choice.initial)
  return { control, toggle }

  function toggle(): void {
    choose(chosen < 0 ? last : -1)
  }

  function choose(index: number): void {
    chosen = index
    if (index >= 0) last = index
    box.follow(index < 0 ? null : trackOf(index))
    show(index)
  }

  function trackOf(index: number): HTMLTrackElement {
    const known = tracks.get(index)
    if (known) return known
    const { kind, label, language, url } = captions[index]!
    const track = Object.assign(document.createElement('track'), { kind, label, srclang: language, src: url })
    // A link of another hour, or a line that is cut: the next choice tries again.
    track.addEventListener('error', () => {
      tracks.delete(index)
      track.remove()
      if (chosen === index) choose(-1)
    })
    // Without it a sandboxed frame may not read its own site's captions.
    video.crossOrigin = 'anonymous'
    video.append(track)
    tracks.set(index, track)
    return track
  }
}

type Words = (typeof words)['en']

function createControl(
  captions: readonly CaptionLink[],
  { captions: title, off }: Words,
  choose: (index: number) => void,
  toggle: () => void,
): { control: HTMLElement; show(index: number): void } {
  if (captions.length === 1) {
    const button = iconButton('captions', `${title} (c)`, toggle)
    button.ariaLabel = `${title}: ${captions[0]!.label}`
    button.classList.add('captions')
    return {
      control: button,
      show: (index) => {
        button.ariaPressed = String(index >= 0)
      },
    }
  }
  const select = picker('', title)
  const labels = captions.map(({ kind, label }) => (kind === 'captions' ? `${label} [CC]` : label))
  fillPicker(
    select,
    [off, ...labels].map((label, value) => ({ label, value })),
    0,
  )
  select.addEventListener('change', () => choose(Number(select.value) - 1))
  const control = Object.assign(document.createElement('span'), { className: 'captions', innerHTML: icon('captions') })
  control.append(select)
  return {
    control,
    show: (index) => {
      select.value = String(index + 1)
      control.toggleAttribute('data-on', index >= 0)
    },
  }
}
