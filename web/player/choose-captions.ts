import type { CaptionLink } from '#contract/captions.ts'

export interface CaptionChoice {
  /** Which track is shown from the start; -1 for none. */
  initial: number
  /** Which one comes where somebody switches captions on without naming a language. */
  preferred: number
}

/**
 * What is asked for by name (`?captions=de`, `?captions=1`, `?captions=off`) comes first. Otherwise captions are shown only
 * where the owner wants that: in a language of the browser if there is one, else in the owner's choice.
 */
export function chooseCaptions(
  tracks: readonly CaptionLink[],
  asked: string,
  languages: readonly string[],
): CaptionChoice {
  const usual = tracks.findIndex((track) => track.isDefault)
  const spoken = languages.map((language) => findLanguage(tracks, language)).find((index) => index >= 0) ?? -1
  const preferred = [spoken, usual, 0].find((index) => index >= 0)!
  const named = findLanguage(tracks, asked)
  if (named >= 0) return { initial: named, preferred: named }
  if (['off', '0', 'false'].includes(asked)) return { initial: -1, preferred }
  const isWanted = usual >= 0 || asked === '1' || asked === 'true'
  return { initial: isWanted ? preferred : -1, preferred }
}

/** The very tag, else the first of the same language: `de` finds `de-AT`, and `pt-PT` finds `pt-BR`. */
function findLanguage(tracks: readonly CaptionLink[], language: string): number {
  const [wanted, base] = [language.toLowerCase(), baseOf(language)]
  const exact = tracks.findIndex((track) => track.language.toLowerCase() === wanted)
  return exact >= 0 ? exact : tracks.findIndex((track) => baseOf(track.language) === base)
}

function baseOf(tag: string): string {
  return tag.split('-')[0]!.toLowerCase()
}
