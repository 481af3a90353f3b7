import { type Cue, captionLimits } from '../captions.ts'
import { AppError } from '../errors.ts'
import { cleanSettings } from './cue-settings.ts'
import { cleanCueText } from './cue-text.ts'

export type CueFault = 'empty' | 'order' | 'long'

/** What keeps a cue from being saved, or null. The editor says it beside the cue. */
export function cueFault({ startMs, endMs, text }: Cue): CueFault | null {
  if (endMs <= startMs) return 'order'
  if (text.trim() === '') return 'empty'
  return text.length > captionLimits.cueLength ? 'long' : null
}

/** The cues of an editor as they are kept. Throws what `checkCues` throws. */
export function cleanCues(cues: readonly Cue[]): Cue[] {
  return checkCues(
    cues.map(({ startMs, endMs, text, settings }) => {
      const kept = settings && cleanSettings(settings)
      return { startMs, endMs, text: cleanCueText(text), ...(kept && { settings: kept }) }
    }),
  )
}

/** Sorted by time. Throws `captions_empty`, `captions_too_many`, or `captions_cue` that says which one and what to do. */
export function checkCues(cues: readonly Cue[]): Cue[] {
  if (cues.length === 0) throw new AppError('captions_empty')
  if (cues.length > captionLimits.cues) throw new AppError('captions_too_many')
  for (const [index, cue] of cues.entries()) {
    const fault = cueFault(cue)
    if (fault) throw new AppError('captions_cue', `Caption ${index + 1} ${sentences[fault]}`)
  }
  return cues.toSorted((one, other) => one.startMs - other.startMs || one.endMs - other.endMs)
}

const sentences: Record<CueFault, string> = {
  empty: 'has no text; write some or delete it.',
  order: 'ends before it begins; change one of its times.',
  long: `is longer than ${captionLimits.cueLength} characters; split it.`,
}
