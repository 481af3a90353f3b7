interface KeyTargets {
  video: HTMLVideoElement
  toggle(): void
  toggleMute(): void
  toggleFullscreen(): void
  toggleInfo(): void
  toggleCaptions(): void
}

/** The keys that everybody knows: space or k, arrows, m, f, c, i, and 0 to 9 for tenths. */
export function listenToKeys(targets: KeyTargets): void {
  const { video, toggle, toggleMute, toggleFullscreen, toggleInfo, toggleCaptions } = targets
  const deeds: Record<string, () => void> = {
    ' ': toggle,
    k: toggle,
    m: toggleMute,
    f: toggleFullscreen,
    i: toggleInfo,
    c: toggleCaptions,
    ArrowLeft: () => seekBy(-5),
    ArrowRight: () => seekBy(5),
    j: () => seekBy(-10),
    l: () => seekBy(10),
    ArrowUp: () => louderBy(0.1),
    ArrowDown: () => louderBy(-0.1),
  }

  function seekBy(seconds: number): void {
    const end = Number.isFinite(video.duration) ? video.duration : Number.POSITIVE_INFINITY
    video.currentTime = Math.min(end, Math.max(0, video.currentTime + seconds))
  }

  function louderBy(step: number): void {
    video.muted = false
    video.volume = Math.min(1, Math.max(0, Math.round((video.volume + step) * 10) / 10))
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || belongsToElement(event)) return
    const deed = deeds[event.key] ?? tenth(video, event.key)
    if (!deed) return
    event.preventDefault()
    deed()
  })
}

function tenth(video: HTMLVideoElement, key: string): (() => void) | null {
  if (!/^[0-9]$/.test(key) || !Number.isFinite(video.duration)) return null
  return () => {
    video.currentTime = (video.duration * Number(key)) / 10
  }
}

/** Buttons answer the space bar themselves, lists the arrows and letters, and the volume slider its arrows. */
function belongsToElement({ target, key }: KeyboardEvent): boolean {
  if (target instanceof HTMLSelectElement) return true
  if (target instanceof HTMLButtonElement) return key === ' '
  return target instanceof HTMLInputElement && target.className === 'volume' && key.startsWith('Arrow')
}
