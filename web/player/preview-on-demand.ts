import type { ControlsParts } from './controls.ts'
import { addStyle, clockTime } from './parts.ts'

const signsOfIntent = ['pointerenter', 'pointerdown', 'focus'] as const

/** Fetches what shows small pictures above the seek bar once somebody goes there, and not before. */
export function previewOnDemand(scrub: HTMLInputElement, bar: HTMLElement, parts: ControlsParts): void {
  async function begin(event: Event): Promise<void> {
    listen('removeEventListener')
    try {
      const { createPreview } = await parts.loadPreview()
      createPreview({ ...parts, scrub, bar, tools: { addStyle, clockTime } }, event)
    } catch {
      // The line was cut; the next time somebody goes there it is tried again.
      listen('addEventListener')
    }
  }

  function listen(how: 'addEventListener' | 'removeEventListener'): void {
    for (const name of signsOfIntent) scrub[how](name, begin)
  }
  listen('addEventListener')
}
