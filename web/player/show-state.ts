import type { IconButton } from './parts.ts'
import type { Texts } from './texts.ts'

/** Keeps the stage's `data-state` and `data-busy`, which the styles follow, and the play button true to the media. */
export function showState(stage: HTMLElement, video: HTMLVideoElement, button: IconButton, texts: Texts): void {
  const bigButton = stage.querySelector<HTMLButtonElement>('.play')!
  const on = (names: string[], run: () => void) => {
    for (const name of names) video.addEventListener(name, run)
  }

  on(['playing'], () => setState('playing'))
  on(['pause'], () => setState('paused'))
  on(['ended'], () => {
    setState('ended')
    bigButton.ariaLabel = texts.replay
  })
  // Dragging back from the end leaves it.
  on(['seeking'], () => {
    if (stage.dataset.state === 'ended') setState('paused')
  })
  on(['waiting', 'seeking'], () => stage.toggleAttribute('data-busy', true))
  on(['playing', 'seeked', 'pause', 'ended'], () => stage.toggleAttribute('data-busy', false))
  on(['play', 'pause', 'ended'], () => {
    if (video.paused || video.ended) button.become('play', video.ended ? texts.replay : texts.play)
    else button.become('pause', texts.pause)
  })

  function setState(state: 'playing' | 'paused' | 'ended'): void {
    // Whoever pauses before the first picture still sees the poster, with its button.
    const hasBegun = state !== 'paused' || !['poster', 'starting'].includes(stage.dataset.state!)
    stage.dataset.state = hasBegun ? state : 'poster'
    // The focus must not stay on a button that is gone.
    if (state === 'playing' && document.activeElement === bigButton) button.focus({ preventScroll: true })
  }
}
