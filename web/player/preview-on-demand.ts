import type { ControlsParts } from './controls.ts'
import { addStyle, clockTime } from './parts.ts'

const signsOfIntent = ['pointerenter', 'pointerdown', 'focus'] as const
const moves = ['pointerenter', 'pointerdown', 'pointermove'] as const
const ends = ['pointerleave', 'pointercancel'] as const

/** Fetches what shows small pictures above the seek bar once somebody goes there, and not before. */
export function previewOnDemand(scrub: HTMLInputElement, bar: HTMLElement, parts: ControlsParts): void {
  // Where the pointer or the finger is by the time that the file arrives, if it is still there.
  let pointer: PointerEvent | null = null

  async function begin(): Promise<void> {
    listen('removeEventListener')
    try {
      const { createPreview } = await parts.loadPreview()
      createPreview({ ...parts, scrub, bar, tools: { addStyle, clockTime } }, pointer)
      follow('removeEventListener')
    } catch {
      // The line was cut; the next time somebody goes there it is tried again.
      listen('addEventListener')
    }
  }

  function move(event: Event): void {
    pointer = event as PointerEvent
  }

  function end(): void {
    pointer = null
  }

  function listen(how: Listening): void {
    for (const name of signsOfIntent) scrub[how](name, begin)
  }

  function follow(how: Listening): void {
    for (const name of moves) scrub[how](name, move)
    for (const name of ends) scrub[how](name, end)
  }

  follow('addEventListener')
  listen('addEventListener')
}

type Listening = 'addEventListener' | 'removeEventListener'
