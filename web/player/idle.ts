/** Takes the bar away while it plays and nobody moves, unless the keyboard is in the bar. */
export function hideWhenIdle(stage: HTMLElement, bar: HTMLElement, video: HTMLVideoElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined

  function wake(): void {
    stage.toggleAttribute('data-idle', false)
    clearTimeout(timer)
    timer = setTimeout(rest, 2_500)
  }

  function rest(): void {
    if (!video.paused && !bar.matches(':has(:focus-visible)')) stage.toggleAttribute('data-idle', true)
  }

  for (const event of ['pointermove', 'pointerdown', 'keydown', 'focusin']) stage.addEventListener(event, wake)
  for (const event of ['playing', 'pause', 'ended']) video.addEventListener(event, wake)
  document.addEventListener('keydown', wake)
  // A finger that is lifted "leaves" too, right after it asked for the bar.
  stage.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse') rest()
  })
}
