/** Calls once, when at least half of the element was on screen for one second while the tab was shown. */
export function watchVisibility(element: Element, onVisible: () => void): void {
  let isOnScreen = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const observer = new IntersectionObserver(
    (entries) => {
      isOnScreen = (entries.at(-1)?.intersectionRatio ?? 0) >= 0.5
      update()
    },
    { threshold: 0.5 },
  )
  observer.observe(element)
  document.addEventListener('visibilitychange', update)

  function update(): void {
    const isShown = isOnScreen && document.visibilityState === 'visible'
    if (isShown) timer ??= setTimeout(done, 1_000)
    else timer = void clearTimeout(timer)
  }

  function done(): void {
    observer.disconnect()
    document.removeEventListener('visibilitychange', update)
    onVisible()
  }
}
