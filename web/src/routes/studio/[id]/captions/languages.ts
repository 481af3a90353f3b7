/** Those that most captions are in; any other is chosen by its tag. */
export const commonLanguages =
  'ar bg bn ca cs da de el en en-GB es es-419 et fa fi fil fr he hi hr hu id it ja ko lt lv ms nb nl pl pt pt-BR ro ru sk sl sr sv sw ta th tr uk ur vi zh-Hans zh-Hant'.split(
    ' ',
  )

export interface LanguageChoice {
  tag: string
  name: string
}

/** In the words and the order of the reader's language; also one that is not among the common ones, where there is one. */
export function languageChoices(readerTag: string, more: string): LanguageChoice[] {
  const { compare } = new Intl.Collator(readerTag)
  const others = more === '' || commonLanguages.includes(more) ? [] : [more]
  return [...commonLanguages, ...others]
    .map((tag) => ({ tag, name: languageName(tag, readerTag) }))
    .sort((one, other) => compare(one.name, other.name))
}

/** What the reader calls a language. */
export function languageName(tag: string, readerTag: string): string {
  try {
    return new Intl.DisplayNames([readerTag], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}
