/** Shows the words of a track over the picture and above the bar, in letters that can be read at any size of the player. */
export function createCueBox(stage: HTMLElement, video: HTMLVideoElement) {
  const box = document.createElement('div')
  box.className = 'cues'
  const zones = [0, 1, 2].map(() => box.appendChild(document.createElement('div')))
  stage.append(box)
  let followed: HTMLTrackElement | null = null

  // The full screen of phones shows the video alone, and its captions only if the browser does it.
  video.addEventListener('webkitbeginfullscreen', () => setMode('showing'))
  video.addEventListener('webkitendfullscreen', () => setMode('hidden'))

  function follow(element: HTMLTrackElement | null): void {
    followed?.track.removeEventListener('cuechange', show)
    setMode('disabled')
    followed = element
    if (element) {
      // Hidden from the browser's own drawing, which knows nothing of our bar; it still tells which words are due.
      setMode('hidden')
      element.track.addEventListener('cuechange', show)
      box.lang = element.srclang
    }
    show()
  }

  function setMode(mode: TextTrackMode): void {
    if (followed) followed.track.mode = mode
  }

  function show(): void {
    for (const zone of zones) zone.replaceChildren()
    for (const cue of Array.from(followed?.track.activeCues ?? []) as VTTCue[])
      zones[zoneOf(cue)]!.append(paragraphOf(cue))
  }

  return { follow }
}

/** 0 at the top, 1 in the middle, 2 at the bottom: near enough to what the words ask for, and never off the picture. */
function zoneOf({ line, snapToLines }: VTTCue): number {
  if (typeof line !== 'number') return 2
  if (snapToLines) return line >= 0 && line < 6 ? 0 : 2
  return line < 34 ? 0 : line < 67 ? 1 : 2
}

function paragraphOf(cue: VTTCue): HTMLElement {
  const paragraph = document.createElement('p')
  const { align, position, size } = cue
  const words = paragraph.appendChild(document.createElement('span'))
  // Nodes made by the browser from the few kinds of markup that captions have; a text never becomes an element.
  words.append(cue.getCueAsHTML())
  paragraph.dir = 'auto'
  paragraph.style.textAlign = align
  if (size < 100) paragraph.style.maxWidth = `${Math.max(size, 30)}%`
  if (typeof position === 'number' && Math.abs(position - 50) > 16)
    paragraph.style.alignSelf = position < 50 ? 'start' : 'end'
  return paragraph
}
