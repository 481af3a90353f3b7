import type { StoryboardAnswer } from '#contract/pictures.ts'
import { readStoryboard, type StoryboardTile, tileAt } from '#contract/storyboard.ts'
import type { ControlsParts } from './controls.ts'
import type { addStyle, clockTime } from './parts.ts'
import previewCss from './preview.css?inline'

interface PreviewParts extends Pick<ControlsParts, 'video' | 'boot'> {
  scrub: HTMLInputElement
  bar: HTMLElement
  /** Handed over, since they are in the file of the controls, and one fetched file does not fetch another. */
  tools: { addStyle: typeof addStyle; clockTime: typeof clockTime }
}

/**
 * Above the seek bar, the picture and the time of the moment that the pointer, the finger or the keyboard is at.
 * Without pictures, as long as none are made, the time alone. Screen readers hear the slider say the same.
 */
export function createPreview({ video, boot, scrub, bar, tools }: PreviewParts, pointer: PointerEvent | null): void {
  tools.addStyle(previewCss)
  const picture = document.createElement('i')
  const time = document.createElement('span')
  const box = Object.assign(document.createElement('div'), { className: 'preview', ariaHidden: 'true', hidden: true })
  box.append(picture, time)
  bar.append(box)
  const readTiles = tileReader(boot)
  let atS = 0
  let isPointed = false

  async function show(seconds: number): Promise<void> {
    atS = seconds
    time.textContent = tools.clockTime(seconds)
    box.hidden = false
    place()
    const tiles = await readTiles()
    drawTile(picture, tileAt(tiles, atS * 1_000))
    place()
  }

  /** Under the moment, but never out of the stage. */
  function place(): void {
    const share = atS / Number(scrub.max)
    const x = scrub.offsetLeft + thumbPx / 2 + share * (scrub.clientWidth - thumbPx)
    const half = (box.offsetWidth * (Number(getComputedStyle(box).scale) || 1)) / 2 + edgePx
    box.style.left = `${Math.min(bar.clientWidth - half, Math.max(half, x))}px`
  }

  function point(event: PointerEvent): void {
    isPointed = true
    void show(momentUnder(scrub, event.clientX))
  }

  function follow(): void {
    if (!isPointed && scrub.matches(':focus-visible')) void show(video.currentTime)
  }

  function leave(): void {
    isPointed = false
    box.hidden = true
    follow()
  }

  for (const name of ['pointerenter', 'pointerdown', 'pointermove'] as const) scrub.addEventListener(name, point)
  for (const name of ['pointerleave', 'pointercancel', 'blur'] as const) scrub.addEventListener(name, leave)
  scrub.addEventListener('focus', follow)
  for (const name of ['seeking', 'timeupdate']) video.addEventListener(name, follow)
  // What brought us here happened before anybody listened.
  if (pointer) point(pointer)
  else follow()
}

// As in controls.css: the thumb's middle is never at the very end of the line.
const thumbPx = 14
const edgePx = 4

function momentUnder(scrub: HTMLInputElement, clientX: number): number {
  const { left, width } = scrub.getBoundingClientRect()
  const share = (clientX - left - thumbPx / 2) / (width - thumbPx)
  return Math.min(1, Math.max(0, share)) * Number(scrub.max)
}

function drawTile(picture: HTMLElement, tile: StoryboardTile | null): void {
  picture.hidden = !tile
  if (!tile) return
  const { image, x, y, width, height } = tile
  Object.assign(picture.style, {
    width: `${width}px`,
    height: `${height}px`,
    backgroundImage: `url("${image}")`,
    backgroundPosition: `-${x}px -${y}px`,
  })
}

// A storyboard follows a new video within a minute or so.
const askAgainMs = 15_000

/** Asks once; as long as there are no pictures, again now and then. */
function tileReader(boot: PreviewParts['boot']): () => Promise<StoryboardTile[]> {
  let asked: Promise<StoryboardTile[]> = Promise.resolve([])
  let askedAt = Number.NEGATIVE_INFINITY
  let isKnown = false
  return () => {
    if (!isKnown && performance.now() - askedAt > askAgainMs) {
      askedAt = performance.now()
      asked = fetchTiles(boot).then(
        (tiles) => {
          isKnown = tiles.length > 0
          return tiles
        },
        () => [],
      )
    }
    return asked
  }
}

async function fetchTiles({ videoId, token }: PreviewParts['boot']): Promise<StoryboardTile[]> {
  const headers = { 'Content-Type': 'text/plain' }
  const body = JSON.stringify({ token })
  // A private video is there for its owner only, whom the cookie names.
  const answer = await fetch(`/embed/${videoId}/storyboard`, {
    method: 'POST',
    body,
    headers,
    credentials: 'same-origin',
  })
  const { url }: StoryboardAnswer = answer.ok ? await answer.json() : { url: null }
  if (!url) return []
  const list = await fetch(url, { credentials: 'omit' })
  return list.ok ? readStoryboard(await list.text(), list.url) : []
}
