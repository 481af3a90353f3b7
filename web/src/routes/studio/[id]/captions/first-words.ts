import { plainText } from '#contract/captions/cue-text.ts'
import type { Cue } from '#contract/captions.ts'

/** What shows whether a file was read rightly: its first captions, those first whose letters depend on how it was. */
export function firstWords(cues: readonly Cue[]): string {
  const telling = cues.filter((cue) => /\P{ASCII}/u.test(cue.text))
  const words = (telling.length > 0 ? telling : cues)
    .slice(0, 3)
    .map((cue) => plainText(cue.text).replace(/\s+/g, ' ').trim())
    .join(' · ')
  const letters = Array.from(words)
  return letters.length > longest ? `${letters.slice(0, longest).join('')}…` : words
}

const longest = 160
